import { formatBytes } from "../../../core/kit/bytes.ts";
import type { Instant } from "../../../core/kit/clock.ts";
import type { CoveredDatabase, SetCoverage } from "../../../core/plan/plan.ts";
import type { RecoveryPointChange } from "../../../core/plan/points/outlook.ts";
import type { Paint } from "../paint.ts";
import { printable } from "../text-layout.ts";
import { formatValue } from "./argument-text.ts";

/** Which databases the sets cover now, in what state, and whether anything of them could be restored. */
export function formatCoverage(coverage: readonly SetCoverage[], paint: Paint): readonly string[] {
  if (coverage.length === 0) return [];
  return [
    paint.strong("Databases covered now:"),
    ...coverage.flatMap((set) => ["", ...formatSet(set, paint)]),
  ];
}

const PROTECTION: Readonly<Record<SetCoverage["protection"], string>> = {
  protected: "every database has a recovery point",
  partly: "some databases have no recovery point",
  unprotected: "unprotected, no recovery point yet",
  unknown: "has recovery points",
};

function formatSet(set: SetCoverage, paint: Paint): readonly string[] {
  const mark = set.protection === "protected" ? paint.added : paint.changed;
  const head = `  ${printable(set.backupSet)} (${printable(set.server)}): ${mark(PROTECTION[set.protection])}`;
  if (!set.observed) return [head, paint.faint("    (the server was not asked)")];
  if (set.databases.length === 0) return [head, "    (no database matches)"];
  const name = ({ name: text }: CoveredDatabase) => quoteStrange(text);
  const widths = {
    name: Math.max(...set.databases.map((each) => name(each).length)),
    state: Math.max(...set.databases.map(({ state }) => state.length)),
  };
  return [
    head,
    ...set.databases.map((each) => {
      const columns = `    ${name(each).padEnd(widths.name)}  ${each.state.padEnd(widths.state)}`;
      const protection =
        each.newestPointAt === null
          ? paint.changed("unprotected")
          : `newest point ${formatInstant(each.newestPointAt)}`;
      return `${columns}  ${protection}`;
    }),
  ];
}

/** A name as it is, quoted where it could be mistaken for something else on a terminal. */
function quoteStrange(name: string): string {
  return /^[\p{L}\p{N}\p{P}\p{S}]+(?: [\p{L}\p{N}\p{P}\p{S}]+)*$/u.test(name)
    ? name
    : formatValue(name);
}

function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString().replace(/\.000Z$/, "Z");
}

/** What becomes of recovery points, the destructive part of a plan. */
export function formatPointChanges(
  changes: readonly RecoveryPointChange[],
  paint: Paint,
): readonly string[] {
  if (changes.length === 0) return [];
  const bytes = changes.reduce((sum, { bytesStored }) => sum + bytesStored, 0);
  return [
    paint.strong(`Recovery points affected: ${changes.length} (${formatBytes(bytes)} stored)`),
    "",
    ...changes.map((change) => `  ${formatPointChange(change, paint)}`),
  ];
}

function formatPointChange(change: RecoveryPointChange, paint: Paint): string {
  const { id, backupSet, database, type, createdAt, isNewest } = change;
  const made = createdAt === null ? "" : ` of ${formatInstant(createdAt)}`;
  const head = `${id}  ${printable(backupSet)} ${quoteStrange(database)}, ${type}${made}:`;
  if (change.change === "orphan") {
    return `${head} ${paint.changed("stays as an orphan")}, no retention purges it any more`;
  }
  const newest = isNewest ? "; it is the newest and stays until there is a newer one" : "";
  const from = formatExpiry(change.expiresBefore);
  return `${head} expires ${paint.changed(formatExpiry(change.expiresAfter))} instead of ${from}${newest}`;
}

function formatExpiry(instant: Instant | null): string {
  return instant === null ? "never" : formatInstant(instant);
}
