package dev.millrace.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the core must never do, so that the same record gives the same decision everywhere. */
class CoreRulesTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.millrace.core");

  @Test
  void the_core_knows_no_kafka_and_no_other_module() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..")
        .because("rules are tested in milliseconds, without a broker")
        .check(CORE);
    noClasses()
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are another module's",
                (JavaClass type) ->
                    type.getPackageName().startsWith("dev.millrace.")
                        && !type.getPackageName().startsWith("dev.millrace.core")))
        .because("everybody may know the core, the core knows nobody")
        .check(CORE);
  }

  @Test
  void the_core_does_no_io() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.nio.file..", "java.nio.channels..", "java.net.http..", "java.sql..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.File")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.InputStream")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.net.Socket")
        .because("effects are values that the shell carries out")
        .check(CORE);
  }

  @Test
  void the_core_asks_no_clock_and_draws_no_lots() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .because("time inside a decision is that of its record, or replay would differ")
        .check(CORE);
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Random.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .because("whatever looks random comes from a seed in the record")
        .check(CORE);
  }

  @Test
  void the_core_starts_no_thread() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.concurrent.Executor.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.concurrent.Future.class)
        .because("concurrency is the topology's affair")
        .check(CORE);
  }
}
