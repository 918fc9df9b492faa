package dev.millrace.wire;

import dev.millrace.core.DefinitionId;
import dev.millrace.schema.v1.DefinitionDeployed;

final class DefinitionMapping implements Mapping<DeployedDefinition, DefinitionDeployed> {

  @Override
  public DefinitionDeployed toAvro(DeployedDefinition definition) {
    var id = definition.id();
    return new DefinitionDeployed(
        id.namespace(),
        id.name(),
        id.version(),
        definition.source(),
        definition.hash(),
        CommonMapping.time(definition.deployedAt()),
        CommonMapping.timeNullable(definition.retiredAt()),
        definition.resources());
  }

  @Override
  public DeployedDefinition toCore(DefinitionDeployed written) {
    return new DeployedDefinition(
        new DefinitionId(written.getNamespace(), written.getName(), written.getVersion()),
        written.getSource(),
        written.getHash(),
        written.getDeployedAt(),
        written.getRetiredAt(),
        written.getResources());
  }
}
