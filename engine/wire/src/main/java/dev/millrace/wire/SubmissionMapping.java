package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.DefinitionRef;
import dev.millrace.schema.v1.Cancel;
import dev.millrace.schema.v1.OriginSubmitted;
import dev.millrace.schema.v1.Resume;
import dev.millrace.schema.v1.SettleCompensation;
import dev.millrace.schema.v1.Signal;
import dev.millrace.schema.v1.Start;
import dev.millrace.schema.v1.Suspend;

final class SubmissionMapping implements Mapping<Submission, dev.millrace.schema.v1.Submission> {

  @Override
  public dev.millrace.schema.v1.Submission toAvro(Submission submission) {
    return new dev.millrace.schema.v1.Submission(
        switch (submission) {
          case Submission.Start it ->
              new Start(
                  it.workflow().toString(), JsonBytes.encode(it.input()), new OriginSubmitted());
          case Submission.Cancel it -> new Cancel(it.reason());
          case Submission.Signal it -> new Signal(it.name(), it.id(), JsonBytes.encode(it.data()));
          case Submission.Suspend it -> new Suspend(it.reason());
          case Submission.Resume _ -> new Resume();
          case Submission.SettleCompensation it ->
              new SettleCompensation(CommandMapping.ruling(it.ruling()), it.reason(), it.task());
        });
  }

  @Override
  public Submission toCore(dev.millrace.schema.v1.Submission written) {
    return switch (written.getRequest()) {
      case Start it -> start(it);
      case Cancel it -> new Submission.Cancel(it.getReason());
      case Signal it ->
          new Submission.Signal(it.getName(), it.getId(), JsonBytes.decode(it.getData()));
      case Suspend it -> new Submission.Suspend(it.getReason());
      case Resume _ -> new Submission.Resume();
      case SettleCompensation it ->
          new Submission.SettleCompensation(
              CommandMapping.toRuling(it.getRuling()), it.getReason(), it.getTask());
      default -> throw unexpected(written.getRequest());
    };
  }

  /** Who pretends to be another instance would be told how the run ended in its place. */
  private static Submission.Start start(Start it) {
    if (!(it.getOrigin() instanceof OriginSubmitted)) {
      throw new IllegalArgumentException(
          "a submission is of origin OriginSubmitted, got "
              + it.getOrigin().getClass().getSimpleName()
              + ": only the engine starts runs for instances and schedules");
    }
    return new Submission.Start(
        DefinitionRef.parse(it.getWorkflow()), JsonBytes.decode(it.getInput()));
  }
}
