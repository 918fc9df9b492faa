package dev.millrace.server;

import dev.millrace.core.StageName;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Resources;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.topology.PlanLoader;
import dev.millrace.wire.DeployedDefinition;
import dev.millrace.wire.TopicCatalogue;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles definitions against the functions of this engine, and sees to it that the queue of every
 * stage they call exists before the first request goes there.
 */
final class CatalogPlans implements PlanLoader {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogPlans.class);

  private final FunctionCatalog catalog;
  private final EngineSettings settings;
  private final Admin admin;
  private final Set<StageName> queues = new HashSet<>();

  CatalogPlans(FunctionCatalog catalog, EngineSettings settings, Admin admin) {
    this.catalog = catalog;
    this.settings = settings;
    this.admin = admin;
  }

  /** The topics of the namespace, and the queues of all stages in the catalog. */
  void ensureTopics() {
    ensureQueues(Set.copyOf(catalog.stages().values()));
  }

  @Override
  public Plan load(DeployedDefinition definition) throws InvalidDefinitionException {
    var resources = Resources.of(definition.resources());
    var plan = PlanCompiler.compile(definition.source(), catalog, resources).plan();
    var stages = new HashSet<StageName>();
    for (var task : plan.tasks().values()) {
      if (task instanceof TaskPlan.Call call) {
        stages.add(call.stage());
      }
    }
    if (!hasQueues(stages)) {
      ensureQueues(stages);
    }
    LOG.info("definition {} compiled, {} tasks", plan.id(), plan.tasks().size());
    return plan;
  }

  private synchronized boolean hasQueues(Set<StageName> stages) {
    return queues.containsAll(stages);
  }

  private synchronized void ensureQueues(Set<StageName> stages) {
    TopicCatalogue.load().ensure(admin, settings.topics(), stages, settings.sizing());
    queues.addAll(stages);
  }
}
