package dev.millrace.wire;

import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.stage.StageRequest;

final class StageRequestMapping
    implements Mapping<StageRequest, dev.millrace.schema.v1.StageRequest> {

  @Override
  public dev.millrace.schema.v1.StageRequest toAvro(StageRequest request) {
    return new dev.millrace.schema.v1.StageRequest(
        request.instanceId().value(),
        CommonMapping.toAvro(request.position()),
        request.stage().value(),
        request.function(),
        JsonBytes.encode(request.arguments()),
        request.attempt(),
        request.idempotencyKey(),
        CommonMapping.timeNullable(request.deadline()),
        request.secretPointers(),
        request.definition() == null ? null : CommonMapping.toAvro(request.definition()));
  }

  @Override
  public StageRequest toCore(dev.millrace.schema.v1.StageRequest written) {
    return new StageRequest(
        new InstanceId(written.getInstanceId()),
        CommonMapping.toCore(written.getPosition()),
        new StageName(written.getStage()),
        written.getFunction(),
        JsonBytes.decode(written.getArguments()),
        written.getAttempt(),
        written.getIdempotencyKey(),
        written.getDeadline(),
        written.getSecretPointers(),
        written.getDefinition() == null ? null : CommonMapping.toCore(written.getDefinition()));
  }
}
