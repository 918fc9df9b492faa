package dev.millrace.wire;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

class ContractRuleTest {
  private static final JavaClasses WIRE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.millrace.wire");
  private static final DescribedPredicate<JavaClass> AVRO =
      resideInAnyPackage("org.apache.avro..", "dev.millrace.schema..");

  @Test
  void nothing_public_speaks_avro() {
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .should(new NotMention())
        .because("whoever uses the wire knows the core's records, and Avro may be replaced")
        .check(WIRE);
  }

  @Test
  void the_blob_store_knows_no_avro() {
    noClasses()
        .that()
        .resideInAPackage("dev.millrace.wire.blob")
        .should()
        .dependOnClassesThat(AVRO)
        .because("a blob is bytes by digest")
        .check(WIRE);
  }

  @Test
  void only_one_class_needs_the_aws_sdk() {
    classes()
        .that(resideInAPackage("dev.millrace.."))
        .and()
        .doNotHaveSimpleName("S3BlobStore")
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.not(resideInAPackage("software.amazon.awssdk..")))
        .because("the SDK is optional, and a process without it must load everything else")
        .check(WIRE);
  }

  private static final class NotMention extends ArchCondition<JavaMethod> {
    NotMention() {
      super("mention no Avro type");
    }

    @Override
    public void check(JavaMethod method, ConditionEvents events) {
      var mentions = method.getAllInvolvedRawTypes().stream().anyMatch(AVRO);
      events.add(new SimpleConditionEvent(method, !mentions, method.getDescription()));
    }
  }
}
