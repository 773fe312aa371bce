import { attributesOf, type ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { DesiredResource } from "../config/configuration.ts";
import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { warningKey } from "../drift/find-drift.ts";
import type { UnfinishedDatabase } from "../drift/further-facts.ts";
import { matchesPattern } from "../policy/name-pattern.ts";
import { captureWarnings } from "./capture-warnings.ts";
import type { Observations, ObservedServer } from "./observed.ts";
import type { CoveredDatabase, SetCoverage } from "./plan.ts";

interface SetFacts {
  readonly coverage: SetCoverage;
  readonly set: ResourceAttributes<"backup_set">;
  readonly policy: ResourceAttributes<"policy">;
  readonly resource: DesiredResource;
}

interface CoverageFacts {
  readonly desired: ReadonlyMap<Address, DesiredResource>;
  readonly observed: Observations;
  /** By `warningKey`: what drift says already. */
  readonly told: ReadonlySet<string>;
}

/** What stands between a backup set and its protection, as far as the server tells and nothing else said it. */
export function coverageWarnings(
  coverage: readonly SetCoverage[],
  { desired, observed, told }: CoverageFacts,
): readonly Diagnostic[] {
  return coverage.flatMap((entry) => {
    const resource = desired.get(entry.backupSet);
    const set = resource && attributesOf(resource, "backup_set");
    const policyResource = set && desired.get(set.policy);
    const policy = policyResource && attributesOf(policyResource, "policy");
    if (!entry.observed || resource === undefined) return [];
    if (set === undefined || policy === undefined) return [];
    const facts = { coverage: entry, set, policy, resource };
    const isTold = (code: Code, database: string) =>
      told.has(warningKey(code, entry.server, database));
    const perDatabase = entry.databases.flatMap((database) =>
      databaseWarnings(database, facts, observed.get(set.server)).filter(
        ({ code }) => !isTold(code, database.name),
      ),
    );
    const capture = captureWarnings({ set, policy, server: observed.get(set.server), isTold });
    return [
      ...patternWarnings(facts, { observed, told }),
      ...perDatabase,
      ...capture.map((warning) => warn(facts, warning)),
    ];
  });
}

function warn(
  { resource }: SetFacts,
  facts: Pick<Diagnostic, "code" | "summary" | "detail">,
): Diagnostic {
  return warningDiagnostic({ ...facts, address: resource.address, subject: resource.range });
}

function databaseWarnings(
  database: CoveredDatabase,
  facts: SetFacts,
  server: ObservedServer | undefined,
): readonly Diagnostic[] {
  const further = server?.status === "observed" ? server.further : undefined;
  const unfinished = further?.unfinished?.get(database.name);
  if (unfinished !== undefined) return [notWhole(database, unfinished, facts)];
  if (database.state !== "online") return [notOnline(database, facts)];
  const warnings: Diagnostic[] = [];
  if (facts.policy.method === "snapshot" && database.snapshotIsolation !== "on") {
    warnings.push(isolationOff(database, facts));
  }
  if (facts.policy.log !== null && database.recoveryModel === "simple") {
    warnings.push(simpleRecovery(database, facts));
  }
  return warnings;
}

function quoteName(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

function notOnline({ name, state }: CoveredDatabase, facts: SetFacts): Diagnostic {
  return warn(facts, {
    code: "DATABASE_NOT_READY",
    summary: "Database is not online",
    detail: `Database ${quoteName(name)} of ${facts.set.server} is ${state}. A backup skips it and completes with errors until it is online again; recovery points made before stay restorable.`,
  });
}

function notWhole(
  { name }: CoveredDatabase,
  { job, since, isOver, removal }: UnfinishedDatabase,
  facts: SetFacts,
): Diagnostic {
  const restore = `a restore${job === null ? "" : ` (${job})`} that began at ${since}`;
  const what = isOver
    ? `${restore} did not finish it. Run the same restore again, which drops it first, or drop it:\n\n    ${removal}`
    : `${restore} makes it, or did not finish it: it is not known here to be over. Running jobs of this catalog:\n\n    holdfast jobs`;
  return warn(facts, {
    code: "RESTORE_UNFINISHED",
    summary: "Database is not whole",
    detail: `${facts.resource.address} covers ${quoteName(name)} of ${facts.set.server}, and a backup would take it as it is now. It is not whole: ${what}`,
  });
}

function isolationOff({ name }: CoveredDatabase, facts: SetFacts): Diagnostic {
  return warn(facts, {
    code: "SNAPSHOT_ISOLATION_OFF",
    summary: "Snapshot isolation is off",
    detail: `Database ${quoteName(name)} of ${facts.set.server} does not allow snapshot isolation, which the method snapshot needs for a consistent read, so every backup of it will fail. Holdfast never switches it on. If the database may have it, run:\n\n    ALTER DATABASE ${quoteName(name)} SET ALLOW_SNAPSHOT_ISOLATION ON;`,
  });
}

function simpleRecovery({ name }: CoveredDatabase, facts: SetFacts): Diagnostic {
  return warn(facts, {
    code: "PLAN_LOG_NEEDS_FULL_RECOVERY",
    summary: "No log backups in simple recovery",
    detail: `Database ${quoteName(name)} of ${facts.set.server} is in the simple recovery model, which keeps no log to back up, while ${facts.set.policy} asks for log backups. It can be restored to its full and differential points only. If that is not enough, run:\n\n    ALTER DATABASE ${quoteName(name)} SET RECOVERY FULL;`,
  });
}

function patternWarnings(
  facts: SetFacts,
  { observed, told }: Pick<CoverageFacts, "observed" | "told">,
): readonly Diagnostic[] {
  const { server: address } = facts.set;
  const server = observed.get(address);
  if (server?.status !== "observed") return [];
  return facts.set.databases.include
    .filter((pattern) => !server.databases.some(({ name }) => matchesPattern(name, pattern)))
    .filter((pattern) => !told.has(warningKey("PLAN_PATTERN_MATCHES_NOTHING", address, pattern)))
    .map((pattern) =>
      warn(facts, {
        code: "PLAN_PATTERN_MATCHES_NOTHING",
        summary: "No such database",
        detail: `Nothing on ${facts.set.server} that this login can see matches ${JSON.stringify(pattern)} of databases.include, so it protects nothing now. Check the name and the login's rights; a database that comes later is covered from then on.`,
      }),
    );
}
