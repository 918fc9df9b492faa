package dev.millrace.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rule of docs/architecture.md: dependencies point one way. */
class DependencyRuleTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.millrace");

  @Test
  void core_knows_nobody() {
    noClasses()
        .that()
        .resideInAPackage("dev.millrace.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.millrace.schema..",
            "dev.millrace.wire..",
            "dev.millrace.broker..",
            "dev.millrace.stages..",
            "dev.millrace.topology..",
            "dev.millrace.server..",
            "dev.millrace.testkit..",
            "dev.millrace.sagas..",
            "dev.millrace.cli..",
            "org.apache.kafka..",
            "org.apache.avro..")
        .because("the rules of workflows outlive whatever carries them, and are tested without it")
        .check(CLASSES);
  }

  @Test
  void wire_knows_core_and_the_schemas_only() {
    noClasses()
        .that()
        .resideInAPackage("dev.millrace.wire..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.millrace.broker..",
            "dev.millrace.stages..",
            "dev.millrace.topology..",
            "dev.millrace.server..",
            "dev.millrace.testkit..",
            "dev.millrace.sagas..",
            "dev.millrace.cli..")
        .because("bytes have one meaning, whoever reads them")
        .check(CLASSES);
  }

  @Test
  void topology_does_not_know_stages() {
    noClasses()
        .that()
        .resideInAPackage("dev.millrace.topology..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.millrace.stages..",
            "dev.millrace.server..",
            "dev.millrace.sagas..",
            "dev.millrace.cli..")
        .because("a stage is a topic to the engine, so that work may run anywhere, in any language")
        .check(CLASSES);
  }

  @Test
  void stages_do_not_know_the_topology() {
    noClasses()
        .that()
        .resideInAPackage("dev.millrace.stages..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.millrace.topology..",
            "org.apache.kafka.streams..",
            "dev.millrace.server..",
            "dev.millrace.sagas..",
            "dev.millrace.cli..")
        .because("a worker needs its queue and the way back, and no engine beside it")
        .check(CLASSES);
  }

  @Test
  void sagas_know_the_stage_interface_only() {
    noClasses()
        .that()
        .resideInAPackage("dev.millrace.sagas..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.millrace.topology..",
            "dev.millrace.server..",
            "dev.millrace.cli..",
            "org.apache.kafka..")
        .because("a user writes stages with the same means as we do")
        .check(CLASSES);
  }

  @Test
  void scenarios_know_the_engine_and_no_process() {
    noClasses()
        .that()
        .resideInAPackage("dev.millrace.scenarios..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.millrace.broker..",
            "dev.millrace.server..",
            "dev.millrace.sagas..",
            "dev.millrace.cli..")
        .because("a scenario runs in virtual time, and its outside world is its script")
        .check(CLASSES);
  }

  @Test
  void the_command_line_speaks_through_the_server_and_topics() {
    noClasses()
        .that()
        .resideInAPackage("dev.millrace.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.millrace.topology..", "org.apache.kafka.streams..", "org.apache.avro..")
        .because("whatever the command line can do, any other client can do")
        .check(CLASSES);
  }

  @Test
  void nobody_knows_the_command_line() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.millrace.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.millrace.cli..")
        .because("it is one client among others")
        .check(CLASSES);
  }

  /** Load tests are built after this module, so their sources are read instead of their classes. */
  @Test
  void load_tests_do_not_know_the_topology() {
    var repository = Repository.ofThisCheckout();
    assertThat(repository.files(".java"))
        .filteredOn(file -> file.startsWith(repository.root().resolve("load-tests")))
        .allSatisfy(file ->
            assertThat(repository.text(file).orElseThrow())
                .as("what is measured is what a user sees")
                .doesNotContain("import dev.millrace.topology."));
  }
}
