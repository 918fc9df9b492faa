package dev.millrace.topology;

import dev.millrace.core.coordination.Coordinated.Accepted;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.RowKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What follows for something shared, as bytes. Touches no store and sends nothing, so that whatever
 * goes wrong here leaves nothing behind.
 *
 * @param rows for the store
 * @param records for other topics
 */
record SharedTransition(List<Change> rows, List<Emission> records) {

  /**
   * @param value null when the row goes
   */
  record Change(Bytes key, byte @Nullable [] value) {}

  static SharedTransition of(Codecs codecs, String key, Accepted accepted) {
    var rows = new ArrayList<Change>();
    accepted
        .changes()
        .forEach((part, row) ->
            rows.add(
                new Change(
                    Bytes.wrap(new RowKey(key, part).encode()),
                    row.map(codecs.coordinationRows()::encode).orElse(null))));
    var records = new ArrayList<Emission>();
    accepted
        .told()
        .forEach(command -> records.add(Emission.of(codecs, WorkflowTopology.TOLD, command)));
    accepted
        .again()
        .forEach(command -> records.add(Emission.of(codecs, WorkflowTopology.AGAIN, command)));
    return new SharedTransition(rows, records);
  }

  /** Bytes of the largest row or record. */
  int largest() {
    var largest = 0;
    for (var row : rows) {
      largest = Math.max(largest, row.value() == null ? 0 : row.value().length);
    }
    for (var emission : records) {
      largest = Math.max(largest, emission.outgoing().value().length);
    }
    return largest;
  }
}
