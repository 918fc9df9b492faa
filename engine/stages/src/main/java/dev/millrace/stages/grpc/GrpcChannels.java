package dev.millrace.stages.grpc;

import dev.millrace.stages.grpc.GrpcCall.Address;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One channel per address, at most {@link #CHANNELS_MAX}. A channel that nobody uses gives up its
 * connection; one that is replaced finishes its calls first.
 */
final class GrpcChannels implements AutoCloseable {
  static final int CHANNELS_MAX = 64;
  static final int IDLE_MINUTES_MAX = 5;

  private final Set<Integer> tlsPorts;
  private final int messageBytesMax;
  private final Map<Address, ManagedChannel> channels = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param tlsPorts where TLS is spoken; plain text on all others
   */
  GrpcChannels(Set<Integer> tlsPorts, int messageBytesMax) {
    this.tlsPorts = Set.copyOf(tlsPorts);
    this.messageBytesMax = messageBytesMax;
  }

  synchronized ManagedChannel to(Address address) {
    var channel = channels.computeIfAbsent(address, this::open);
    if (channels.size() > CHANNELS_MAX) {
      var eldest = channels.entrySet().iterator();
      eldest.next().getValue().shutdown();
      eldest.remove();
    }
    return channel;
  }

  private ManagedChannel open(Address address) {
    var channel =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .maxInboundMessageSize(messageBytesMax)
            .idleTimeout(IDLE_MINUTES_MAX, TimeUnit.MINUTES);
    return (tlsPorts.contains(address.port())
            ? channel.useTransportSecurity()
            : channel.usePlaintext())
        .build();
  }

  @Override
  public synchronized void close() {
    List.copyOf(channels.values()).forEach(ManagedChannel::shutdownNow);
    channels.clear();
  }
}
