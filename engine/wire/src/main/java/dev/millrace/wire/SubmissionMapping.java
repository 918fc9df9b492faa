package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.DefinitionRef;
import dev.millrace.schema.v1.Cancel;
import dev.millrace.schema.v1.Start;

final class SubmissionMapping implements Mapping<Submission, dev.millrace.schema.v1.Submission> {

  @Override
  public dev.millrace.schema.v1.Submission toAvro(Submission submission) {
    return new dev.millrace.schema.v1.Submission(
        switch (submission) {
          case Submission.Start it ->
              new Start(it.workflow().toString(), JsonBytes.encode(it.input()));
          case Submission.Cancel it -> new Cancel(it.reason());
        });
  }

  @Override
  public Submission toCore(dev.millrace.schema.v1.Submission written) {
    return switch (written.getRequest()) {
      case Start it ->
          new Submission.Start(
              DefinitionRef.parse(it.getWorkflow()), JsonBytes.decode(it.getInput()));
      case Cancel it -> new Submission.Cancel(it.getReason());
      default -> throw unexpected(written.getRequest());
    };
  }
}
