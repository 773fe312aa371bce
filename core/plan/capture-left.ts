import type { Address } from "../address/address.ts";
import { INTENDED, type JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { EndedCapture, ResourceChange } from "./plan.ts";

const MANY = 20;

type Place = Pick<RecoveryPoint, "server" | "database">;

interface CaptureFacts {
  readonly points: readonly RecoveryPoint[];
  /** Those that enabled capture, newest first. */
  readonly jobs: readonly JobRecord[];
  /** What the catalog records once the plan is applied. */
  readonly after: ReadonlyMap<Address, unknown>;
}

function keyOf({ server, database }: Place): string {
  return JSON.stringify([server, database]);
}

/** The newest point by captured changes of each database, by backup set. */
function capturedBy(
  points: readonly RecoveryPoint[],
): ReadonlyMap<Address, ReadonlyMap<string, RecoveryPoint>> {
  const bySet = new Map<Address, Map<string, RecoveryPoint>>();
  for (const point of points) {
    if (point.changes === undefined || point.createdAt === null) continue;
    const own = bySet.get(point.backupSet) ?? new Map<string, RecoveryPoint>();
    const known = own.get(keyOf(point));
    if (known === undefined || (known.createdAt ?? 0) <= point.createdAt) {
      own.set(keyOf(point), point);
    }
    bySet.set(point.backupSet, own);
  }
  return bySet;
}

/** Capture that backups of sets which leave enabled, and that no set which stays needs. */
function capturesOf(
  leaving: readonly ResourceChange[],
  { points, jobs, after }: CaptureFacts,
): ReadonlyMap<Address, readonly EndedCapture[]> {
  if (leaving.length === 0) return new Map();
  const bySet = capturedBy(points);
  const needed = new Set(
    [...bySet].flatMap(([set, own]) => (after.has(set) ? [...own.keys()] : [])),
  );
  return new Map(
    leaving.map((change) => {
      const known = bySet.get(change.address) ?? new Map<string, RecoveryPoint>();
      const own = new Map([...enabledByPoints(known), ...enabledByJobs(change, { known, jobs })]);
      return [change.address, [...own.values()].filter((each) => !needed.has(keyOf(each)))];
    }),
  );
}

type Keyed = readonly (readonly [string, EndedCapture])[];

function enabledByPoints(known: Known): Keyed {
  return [...known].flatMap(([key, { server, database, changes }]) =>
    changes?.enabledBy === "engine"
      ? [[key, { server, database, identity: changes.identity }] as const]
      : [],
  );
}

type Known = ReadonlyMap<string, RecoveryPoint>;

/** What a job enabled after the newest point: no point came of it, because it was killed or failed. */
function enabledByJobs(
  { address, before }: ResourceChange,
  { known, jobs }: Pick<CaptureFacts, "jobs"> & { readonly known: Known },
): Keyed {
  const server = before?.["server"];
  if (typeof server !== "string") return [];
  const own = jobs.filter(({ subject }) => subject === address);
  const enabled = own.flatMap(({ startedAt, captures = {} }) =>
    Object.entries(captures).map(([database, identity]) => {
      const capture = { server: server as Address, database, identity };
      return { key: keyOf(capture), capture, startedAt: startedAt ?? 0 };
    }),
  );
  const later = enabled.filter(
    ({ key, startedAt }) => startedAt > (known.get(key)?.startedAt ?? -1),
  );
  const isNamed = ({ capture }: (typeof later)[number]) => capture.identity !== INTENDED;
  const intended = later.filter((each) => !isNamed(each) && !known.has(each.key));
  // Of equal keys the last one counts: the newest that has a name.
  return [...intended, ...later.filter(isNamed).toReversed()].map(({ key, capture }) => [
    key,
    capture,
  ]);
}

function leavingBy(changes: readonly ResourceChange[], action: ResourceChange["action"]) {
  return changes.filter((change) => change.type === "backup_set" && change.action === action);
}

/**
 * The same changes; each backup set that is destroyed disables the capture that its backups enabled, before it leaves: it would
 * go on writing changes that nobody takes, and on a managed instance its jobs would outlive a database that is dropped.
 */
export function withEndedCaptures(
  changes: readonly ResourceChange[],
  facts: CaptureFacts,
): readonly ResourceChange[] {
  const ended = capturesOf(leavingBy(changes, "delete"), facts);
  if (ended.size === 0) return changes;
  return changes.map((change) => {
    const captures = ended.get(change.address) ?? [];
    return captures.length === 0 ? change : { ...change, captures };
  });
}

/** CDC_WILL_BE_DISABLED where `withEndedCaptures` said so; CDC_STAYS_ENABLED of sets that are only forgotten. */
export function captureLeftWarnings(
  changes: readonly ResourceChange[],
  facts: CaptureFacts,
): readonly Diagnostic[] {
  const stay = [...capturesOf(leavingBy(changes, "forget"), facts)];
  return [
    ...changes.flatMap(({ address, captures }) => (captures ? [ends(address, captures)] : [])),
    ...stay.flatMap(([address, left]) => (left.length === 0 ? [] : [stays(address, left)])),
  ];
}

function quoteName(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

function listOf(captures: readonly EndedCapture[], lineOf: (database: string) => string): string {
  const lines = captures.slice(0, MANY).map(({ database }) => `    ${lineOf(database)}`);
  const more = captures.length - MANY;
  return [...lines, ...(more > 0 ? [`    -- and ${more} more`] : [])].join("\n");
}

function ends(address: Address, captures: readonly EndedCapture[]): Diagnostic {
  return warningDiagnostic({
    code: "CDC_WILL_BE_DISABLED",
    summary: "Change data capture will be disabled",
    detail: `Backups of ${address} enabled change data capture in these databases of ${captures[0]?.server ?? "its server"}, and it is disabled before the set is destroyed, with all changes that the server still holds:\n\n${listOf(captures, quoteName)}\n\nCapture that a person enabled, and capture instances that others added, stay as they are. If something else reads these changes by now, keep them: forget the set by a removed block with destroy = false.`,
    address,
  });
}

function stays(address: Address, left: readonly EndedCapture[]): Diagnostic {
  const statements = listOf(left, (name) => `USE ${quoteName(name)}; EXEC sys.sp_cdc_disable_db;`);
  return warningDiagnostic({
    code: "CDC_STAYS_ENABLED",
    summary: "Change data capture stays enabled",
    detail: `Backups of ${address} enabled change data capture on ${left[0]?.server ?? "its server"}, and it stays enabled when the set is forgotten: the server writes and keeps changes that nobody takes. Disable it where nobody else needs it, and in any case before such a database is dropped from a managed instance, where its jobs would stay behind (on Azure SQL Database: connected to the database, without USE):\n\n${statements}`,
    address,
  });
}
