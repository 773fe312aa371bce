import type { Address } from "../../address/address.ts";
import type { JobRecord } from "../../catalog/job.ts";
import type { Code } from "../../diagnostics/codes.ts";
import type { DatabaseOutcome, Standings } from "../../policy/chain/job-outcome.ts";
import type { DatabaseOutcome as Recorded } from "../point-book.ts";

/**
 * What the job of the backup set before left. `jobs` newest first. A job that was killed left what was when it began, so
 * databases of which it has a point are in scope all the same.
 */
export function standingsBefore(
  jobs: readonly JobRecord[],
  { backupSet, job }: { readonly backupSet: Address; readonly job: string },
): Standings {
  const last = jobs.find(
    ({ id, operation, subject }) => id !== job && operation === "backup" && subject === backupSet,
  );
  const standings = new Map(Object.entries(last?.standings ?? {}));
  for (const { database, point } of last?.databases ?? []) {
    if (point !== null) standings.delete(database);
  }
  return standings;
}

/** Databases in scope are not kept. */
export function keptStandings(standings: Standings): NonNullable<JobRecord["standings"]> {
  return Object.fromEntries(
    [...standings].flatMap(([name, standing]) =>
      standing === "in_scope" ? [] : [[name, standing] as const],
    ),
  );
}

const AS_NOTED: Partial<Record<Code, "left_out" | "excused">> = {
  DATABASE_LEFT_OUT: "left_out",
  SYSTEM_DATABASE_CDC: "excused",
  AZURE_SQL_1057: "excused",
};

/** What became of each database, as the rule of a job's status takes it. */
export function outcomesOf(recorded: ReadonlyMap<string, Recorded>): readonly DatabaseOutcome[] {
  return [...recorded].map(([database, { result, code }]) => {
    const noted = code === null ? undefined : AS_NOTED[code];
    // A backup restores nothing.
    const plain = result === "restored" ? "backed_up" : result;
    return { database, result: noted ?? plain, reason: code };
  });
}
