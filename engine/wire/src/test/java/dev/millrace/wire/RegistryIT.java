package dev.millrace.wire;

import static dev.millrace.wire.Samples.CARDS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.StageName;
import dev.millrace.core.workflow.WorkflowCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaParser;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against the real Apicurio Registry, through the API it shares with Confluent's. */
class RegistryIT {
  private static final String CONFLUENT_API = "/apis/ccompat/v7";
  private static ServerProcess server;
  private static RegistrySettings settings;
  private static RegistryClient client;

  @BeforeAll
  static void start_the_registry() throws IOException {
    int port = ServerProcess.freePort();
    server =
        ServerProcess.start(
            "registry",
            port,
            List.of("-jar", "target/servers/registry/quarkus-run.jar"),
            Map.of(
                "APICURIO_STORAGE_KIND", "sql",
                "APICURIO_STORAGE_SQL_KIND", "h2",
                // Confluent's default, which Apicurio leaves off.
                "APICURIO_RULES_GLOBAL_COMPATIBILITY", "BACKWARD",
                "QUARKUS_HTTP_HOST", "localhost",
                "QUARKUS_HTTP_PORT", Integer.toString(port)));
    settings =
        RegistrySettings.at(server.awaitReady(CONFLUENT_API + "/subjects").url(CONFLUENT_API));
    client = new RegistryClient(settings);
  }

  @AfterAll
  static void stop_the_registry() {
    server.close();
  }

  @Test
  void every_record_comes_back_under_an_id_of_the_registry() throws Exception {
    var writer = AvroCodecs.withRegistry(new Topics("round"), settings);
    var reader = AvroCodecs.withRegistry(new Topics("round"), settings);

    travels(writer.submissions(), reader.submissions(), Samples.SUBMISSIONS);
    travels(writer.commands(), reader.commands(), Samples.COMMANDS);
    travels(writer.coordination(), reader.coordination(), Samples.COORDINATION);
    travels(writer.stageRequests(CARDS), reader.stageRequests(CARDS), Samples.STAGE_REQUESTS);
    travels(writer.journal(), reader.journal(), Samples.JOURNAL);
    travels(writer.snapshots(), reader.snapshots(), Samples.STATES);
    travels(writer.outcomes(), reader.outcomes(), Samples.INSTANCE_OUTCOMES);
    travels(writer.definitions(), reader.definitions(), Samples.DEFINITIONS);
    travels(writer.deadLetters(), reader.deadLetters(), Samples.DEAD_LETTERS);
  }

  private static <T> void travels(Codec<T> writer, Codec<T> reader, List<T> values)
      throws UndecodableException {
    for (var value : values) {
      var bytes = writer.encode(value);
      assertThat(bytes).startsWith(0);
      assertThat(reader.decode(bytes)).isEqualTo(value);
    }
  }

  @Test
  void any_avro_client_reads_a_record_by_the_id_it_carries() throws Exception {
    var codecs = AvroCodecs.withRegistry(new Topics("foreign"), settings);
    var bytes = codecs.definitions().encode(Samples.DEFINITIONS.getFirst());

    var schema = parse(client.schema(ByteBuffer.wrap(bytes).getInt(1)).orElseThrow());
    var decoder = DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null);
    GenericRecord record = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);

    assertThat(schema.toString()).doesNotContain("avro.java.string");
    assertThat(record.get("name")).hasToString("order");
  }

  @Test
  void the_same_schema_has_the_same_id_under_each_subject_of_a_stage() {
    var codecs = AvroCodecs.withRegistry(new Topics("stages"), settings);
    var request = Samples.STAGE_REQUESTS.getFirst();

    var one = codecs.stageRequests(CARDS).encode(request);
    var two = codecs.stageRequests(new StageName("http")).encode(request);

    assertThat(one).isEqualTo(two);
  }

  @Test
  void records_from_before_the_registry_are_still_read() throws Exception {
    var command = Samples.COMMANDS.getFirst();
    var before = AvroCodecs.embedded(new Topics("before")).commands().encode(command);

    var codecs = AvroCodecs.withRegistry(new Topics("before"), settings);

    assertThat(codecs.commands().decode(before)).isEqualTo(command);
  }

  @Test
  void an_incompatible_schema_is_refused_at_start_with_its_subject() {
    var other =
        SchemaBuilder.record("WorkflowCommand")
            .namespace("dev.millrace.schema.v1")
            .fields()
            .requiredDouble("instanceId")
            .endRecord();
    client.register("taken.commands-value", other);

    assertThatThrownBy(() -> AvroCodecs.withRegistry(new Topics("taken"), settings).register())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("taken.commands-value")
        .hasMessageContaining("409");
  }

  @Test
  void each_released_version_may_follow_the_one_before() {
    var names = List.of("Submission", "WorkflowCommand", "StageRequest", "JournalEntry");
    for (var name : names) {
      var first = requireNonNull(ReleasedSchemas.read(name, 1));
      var second = requireNonNull(ReleasedSchemas.read(name, 2));

      int before = client.register("evolving." + name + "-value", first);

      assertThat(client.register("evolving." + name + "-value", second)).isNotEqualTo(before);
    }
  }

  /** The deadline of a stage request has a default, so a writer from before it is readable. */
  @Test
  void a_newer_reader_fills_in_what_an_older_writer_did_not_know() throws Exception {
    var codecs = AvroCodecs.withRegistry(new Topics("older"), settings);
    var request =
        Samples.STAGE_REQUESTS.stream()
            .filter(it -> it.deadline() == null)
            .findFirst()
            .orElseThrow();
    var current = parse(schemaOf(codecs.stageRequests(CARDS).encode(request)));
    var older = without(current, "deadline");
    int id = client.register("older.stage.from-before-value", older);

    var bytes = rewritten(codecs.stageRequests(CARDS).encode(request), current, older, id);

    assertThat(codecs.stageRequests(CARDS).decode(bytes)).isEqualTo(request);
  }

  @Test
  void an_older_reader_passes_over_a_field_a_newer_writer_added() throws Exception {
    var codecs = AvroCodecs.withRegistry(new Topics("newer"), settings);
    var letter = Samples.DEAD_LETTERS.getFirst();
    var written = codecs.deadLetters().encode(letter);
    var current = parse(schemaOf(written));
    var newer = with(current, "advice");
    int id = client.register("newer.dead-letters-value", newer);

    assertThat(codecs.deadLetters().decode(rewritten(written, current, newer, id)))
        .isEqualTo(letter);
  }

  private static String schemaOf(byte[] bytes) {
    return client.schema(ByteBuffer.wrap(bytes).getInt(1)).orElseThrow();
  }

  private static Schema without(Schema schema, String field) {
    return copy(
        schema, schema.getFields().stream().filter(it -> !it.name().equals(field)).toList(), "");
  }

  private static Schema with(Schema schema, String field) {
    return copy(schema, schema.getFields(), field);
  }

  private static Schema copy(Schema schema, List<Schema.Field> fields, String added) {
    var copies = new ArrayList<Schema.Field>();
    fields.forEach(it -> copies.add(new Schema.Field(it, it.schema())));
    if (!added.isEmpty()) {
      copies.add(new Schema.Field(added, Schema.create(Schema.Type.STRING), null, "none"));
    }
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, copies);
  }

  /** The same record as a program with another version of the schema would have written it. */
  private static byte[] rewritten(byte[] bytes, Schema from, Schema to, int id) throws IOException {
    var decoder = DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null);
    Object record = new GenericDatumReader<>(from, to).read(null, decoder);
    var out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    new GenericDatumWriter<>(to).write(record, encoder);
    return out.toByteArray();
  }

  @Test
  void an_unknown_id_is_the_records_fault() {
    var codecs = AvroCodecs.withRegistry(new Topics("unknown"), settings);

    assertThatThrownBy(() -> codecs.commands().decode(new byte[] {0, 0x7f, 1, 2, 3, 4}))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("knows no schema of id");
  }

  @Test
  void a_record_of_another_topic_is_refused_by_name() {
    var codecs = AvroCodecs.withRegistry(new Topics("other"), settings);
    var command = codecs.commands().encode(new WorkflowCommand.Continue(Samples.ORDER));

    assertThatThrownBy(() -> codecs.outcomes().decode(command))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("expected a dev.millrace.schema.v1.InstanceOutcome, got a");
  }

  @Test
  void a_registry_that_is_gone_is_not_the_records_fault() {
    var nowhere = URI.create("http://localhost:" + ServerProcess.freePort());
    var gone =
        new RegistrySettings(
            nowhere, null, Duration.ofSeconds(1), Duration.ofSeconds(1), 2, Duration.ZERO, null);
    var codecs = AvroCodecs.withRegistry(new Topics("gone"), gone);

    assertThatThrownBy(() -> codecs.commands().decode(new byte[] {0, 0, 0, 0, 1, 2}))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("2 attempts");
  }

  private static Schema parse(String text) {
    return new SchemaParser().parse(text).mainSchema();
  }
}
