package dev.millrace.topology;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.coordination.KnownSchedules;
import dev.millrace.core.coordination.Schedule;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.SchedulePlan;
import dev.millrace.topology.Plans.Lookup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All definitions at one moment.
 *
 * @param all every version that can be used: instances may be pinned to it
 * @param counting of each name the version that a start without a version would run
 * @param undecided names whose version that counts cannot be used by this engine
 */
record DeployedPlans(List<Plan> all, List<Plan> counting, Set<String> undecided) {

  static DeployedPlans of(Plans plans) {
    var all = new ArrayList<Plan>();
    var names = new LinkedHashSet<DefinitionRef>();
    for (var version : plans.deployed()) {
      names.add(new DefinitionRef(version.namespace(), version.name(), null));
      if (plans.exactly(version) instanceof Lookup.Found(var plan)) {
        all.add(plan);
      }
    }
    var counting = new ArrayList<Plan>();
    var undecided = new HashSet<String>();
    for (var name : names) {
      switch (plans.byReference(name)) {
        case Lookup.Found(var plan) -> counting.add(plan);
        case Lookup.NotDeployed _, Lookup.Retired _ -> {}
        case Lookup.Unusable _ -> undecided.add(KnownSchedules.name(name.namespace(), name.name()));
      }
    }
    return new DeployedPlans(all, counting, undecided);
  }

  /**
   * The version whose schedule counts.
   *
   * @return null when none of the definition does
   */
  static @Nullable DefinitionId counting(Plans plans, String schedule) {
    var name = DefinitionRef.parse(Schedule.name(schedule));
    return plans.byReference(name) instanceof Lookup.Found(var plan) && plan.schedule() != null
        ? plan.id()
        : null;
  }

  /**
   * @return null when the version is not there, cannot be used, or has no schedule
   */
  static @Nullable SchedulePlan schedule(Plans plans, DefinitionId definition) {
    return plans.exactly(definition.ref()) instanceof Lookup.Found(var plan)
        ? plan.schedule()
        : null;
  }
}
