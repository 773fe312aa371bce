import type { Address } from "../address/address.ts";
import { standingsBefore } from "../backup/cdc/standings.ts";
import type { JobRecord } from "../catalog/job.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { quoteName } from "../drift/subject.ts";
import type { Plan } from "../plan/plan.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** A database that backups of changes do not take, since it was down in an earlier one. */
export interface LeftOut {
  readonly backupSet: Address;
  readonly database: string;
  /** `missed`: in the last full, and the next backup of changes says so; `left_out`: that was said. Until the next full has it. */
  readonly standing: "missed" | "left_out";
}

/** Backup sets whose policy takes captured changes: of others no database is left out. */
export function setsOfChanges(resources: ResourceLookup): readonly Address[] {
  return resources.all("backup_set").filter((address) => {
    const { policy } = resources.get(address, "backup_set");
    return resources.tryGet(policy, "policy")?.method === "cdc";
  });
}

/** By set, then name. `jobs`: all, newest first. */
export function leftOutDatabases(
  jobs: readonly JobRecord[],
  sets: readonly Address[],
): readonly LeftOut[] {
  return sets.flatMap((backupSet) =>
    [...standingsBefore(jobs, { backupSet, job: "" })]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([database, standing]) =>
        standing === "in_scope" ? [] : [{ backupSet, database, standing }],
      ),
  );
}

/** DATABASE_LEFT_OUT for each backup set; of what a set does not cover any more, nothing is said. */
export function leftOutWarnings(
  left: readonly LeftOut[],
  { coverage }: Pick<Plan, "coverage">,
): readonly Diagnostic[] {
  const covered = new Map(coverage.map((each) => [each.backupSet, each]));
  const told = left.filter(({ backupSet, database }) => {
    const set = covered.get(backupSet);
    return set?.observed === true && set.databases.some(({ name }) => name === database);
  });
  return [...Map.groupBy(told, ({ backupSet }) => backupSet)].map(([backupSet, own]) => {
    const names = own.map(({ database }) => quoteName(database)).join(", ");
    const [is, was, it] = own.length === 1 ? ["is", "was", "it"] : ["are", "were", "them"];
    return warningDiagnostic({
      code: "DATABASE_LEFT_OUT",
      summary: own.length === 1 ? "Database not protected" : "Databases not protected",
      detail: `${names} of ${backupSet} ${was} down when ${it} should have been backed up, and ${is} left out of cdc backups until a full has ${it}: not protected since the last recovery point. An apply changes nothing about that. Run a full:\n\n    holdfast backup ${backupSet} -type full`,
      address: backupSet,
    });
  });
}
