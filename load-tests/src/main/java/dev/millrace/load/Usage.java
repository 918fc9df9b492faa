package dev.millrace.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Time that has passed, on the wall and on the processors of this process. */
record Usage(Duration wall, Duration processor) {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  static Usage now() {
    return new Usage(
        Duration.ofNanos(System.nanoTime()), Duration.ofNanos(SYSTEM.getProcessCpuTime()));
  }

  Usage untilNow() {
    var now = now();
    return new Usage(now.wall.minus(wall), now.processor.minus(processor));
  }
}
