package dev.millrace.core.diff;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.diff.Change.Impact;
import dev.millrace.core.plan.Compilation;
import dev.millrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What changes from one version to another, and whether the other can be deployed beside it.
 *
 * <p>Instances stay on the version they began with, so no change reaches a running one. What can go
 * wrong is something else: other content under a version that is taken, which is refused, and
 * callers who find another contract under a version that promised the old one.
 */
public record DefinitionDiff(
    DefinitionId oldId, DefinitionId newId, boolean sameContent, List<Change> changes) {

  public DefinitionDiff {
    changes = List.copyOf(changes);
  }

  /** Of definitions that refer to nothing outside themselves. */
  public static DefinitionDiff of(Plan oldPlan, Plan newPlan) {
    return of(
        new Compilation(oldPlan, List.of(), Map.of()),
        new Compilation(newPlan, List.of(), Map.of()));
  }

  public static DefinitionDiff of(Compilation old, Compilation now) {
    var oldPlan = old.plan();
    var newPlan = now.plan();
    var changes = new ArrayList<Change>();
    changes.addAll(ContractDiff.of(ResourcesDiff.contract(old), ResourcesDiff.contract(now)));
    changes.addAll(PartsDiff.of(oldPlan.definition(), newPlan.definition()));
    changes.addAll(TasksDiff.of(oldPlan.definition(), newPlan.definition()));
    changes.addAll(ResourcesDiff.of(old, now));
    changes.sort(Comparator.comparing(Change::impact).reversed());
    return new DefinitionDiff(
        oldPlan.id(), newPlan.id(), oldPlan.hash().equals(newPlan.hash()), changes);
  }

  /** Whether these are versions of one workflow. */
  public boolean isSameWorkflow() {
    return oldId.namespace().equals(newId.namespace()) && oldId.name().equals(newId.name());
  }

  /**
   * Whether the engine takes the other beside the one: it never takes two contents of a version.
   */
  public boolean isDeployable() {
    return sameContent || !oldId.equals(newId);
  }

  /** The greatest impact of all changes; empty when nothing changes but the version. */
  public Optional<Impact> impact() {
    return changes.stream().map(Change::impact).max(Comparator.naturalOrder());
  }

  /**
   * The version that is due by the rules of semantic versions; the old one when nothing changes.
   */
  public String dueVersion() {
    return impact().map(impact -> SemanticVersion.of(oldId).next(impact)).orElse(oldId.version());
  }

  /** Whether the new version is at least the one that is due. */
  public boolean isVersionDue() {
    var given = SemanticVersion.of(newId);
    return given.compareTo(SemanticVersion.of(dueVersion())) >= 0;
  }

  /** Whether starts without a version get the new one: it is the higher. */
  public boolean isHigher() {
    return SemanticVersion.of(newId).compareTo(SemanticVersion.of(oldId)) > 0;
  }
}
