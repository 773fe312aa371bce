import { formatBytes } from "../../../core/kit/bytes.ts";
import type { Instant } from "../../../core/kit/clock.ts";
import type { Plan } from "../../../core/plan/plan.ts";
import type {
  CoverageOutlook,
  DatabaseOutlook,
  PointChangeKind,
  PointPin,
  RecoveryPointChange,
  VaultOutlook,
} from "../../../core/plan/points/outlook.ts";
import { formatCount, formatCounted } from "../count-text.ts";
import { entriesOf, type Part } from "./fit-parts.ts";
import { folded, inlineCode, tableHead, tableRow } from "./safe-markdown.ts";

const SEE_LOG = "see the job's log";

/** What a plan does to recovery points: by database, the time that is lost, the purges one by one, the bytes. */
export function pointParts({ recoveryPointChanges, points }: Plan): readonly Part[] {
  const of = (...kinds: readonly PointChangeKind[]) =>
    recoveryPointChanges.filter(({ change }) => kinds.includes(change));
  const { databases, coverage, vaults, storageGibMonth } = points;
  return [
    ...databasePart(databases),
    ...spanPart("Can no longer be restored", coverage, "lost"),
    ...listPart("to purge", of("purge")),
    ...listPart("out of reach", of("strand")),
    ...listPart("without a rule", of("orphan")),
    ...vaultPart(vaults, storageGibMonth),
    ...listPart("kept otherwise", of("pin", "expiry", "return")),
    ...spanPart("Can be restored again", coverage, "gained"),
  ];
}

const COLUMNS = ["backup set", "database", "purged", "pinned", "sooner", "orphaned", "stay"];

function databasePart(databases: readonly DatabaseOutlook[]): readonly Part[] {
  if (databases.length === 0) return [];
  const row = ({ backupSet, database, counts, sooner, kept, deadLogs }: DatabaseOutlook) => {
    const dead = deadLogs === 0 ? "" : ` (${formatCounted(deadLogs, "dead log")})`;
    const purged = counts.purge === 0 ? "0" : `**${formatCount(counts.purge)}**${dead}`;
    const rest = [counts.pin, sooner, counts.orphan + counts.strand, kept].map(formatCount);
    return tableRow([inlineCode(backupSet), inlineCode(database), purged, ...rest]);
  };
  return [
    {
      open: `### Recovery points\n\n${tableHead(COLUMNS)}`,
      ...entriesOf(databases, row),
      close: "\n",
      more: (count) => tableRow([`and ${formatCount(count)} more`, SEE_LOG, "", "", "", "", ""]),
    },
  ];
}

function spanPart(
  title: string,
  coverage: readonly CoverageOutlook[],
  side: "lost" | "gained",
): readonly Part[] {
  const entries = coverage.flatMap((outlook) => {
    const { server, database } = outlook;
    const { spans, count } = outlook[side];
    const place = [inlineCode(server), inlineCode(database)];
    const rows = spans.map(({ from, to }) =>
      tableRow([...place, formatTime(from), from === to ? "that instant only" : formatTime(to)]),
    );
    const more = count - spans.length;
    return more > 0 ? [...rows, tableRow([...place, `and ${formatCount(more)} more`, ""])] : rows;
  });
  if (entries.length === 0) return [];
  const columns = ["server", "database", "from", "to"];
  return [
    {
      open: `**${title}:**\n\n${tableHead(columns)}`,
      entries,
      omitted: 0,
      close: "\n",
      more: (count) => tableRow([`and ${formatCount(count)} more`, SEE_LOG, "", ""]),
    },
  ];
}

function listPart(verb: string, changes: readonly RecoveryPointChange[]): readonly Part[] {
  if (changes.length === 0) return [];
  const { open, close } = folded(`${formatCounted(changes.length, "recovery point")} ${verb}`);
  const columns = ["point", "backup set", "database", "type", "made", "what", "stored"];
  return [
    {
      open: `${open}${tableHead(columns)}`,
      ...entriesOf(changes, pointRow),
      close,
      more: (count) => tableRow([`and ${formatCount(count)} more`, SEE_LOG, "", "", "", "", ""]),
    },
  ];
}

/** So much of an id tells it from others. */
const ID_LENGTH = 12;

function pointRow(change: RecoveryPointChange): string {
  const { id, backupSet, database, type, createdAt, bytesStored } = change;
  return tableRow([
    inlineCode(id.slice(0, ID_LENGTH)),
    inlineCode(backupSet),
    inlineCode(database),
    type,
    formatOptional(createdAt),
    whatBecomes(change),
    formatBytes(bytesStored),
  ]);
}

function whatBecomes(change: RecoveryPointChange): string {
  const { expiresBefore, expiresAfter, reason, pinnedBy, isNewest } = change;
  const newest = isNewest ? ", the newest: stays until there is a newer one" : "";
  switch (change.change) {
    case "purge":
      return reason === "dead_log"
        ? "a log to which nothing leads any more"
        : reason === "removed"
          ? "a `removed` block says so"
          : "its days are over";
    case "pin":
      return `stays because of ${pinnedBy.map(formatPin).join(", ")}`;
    case "expiry":
      return `expires ${formatOptional(expiresAfter)} instead of ${formatOptional(expiresBefore)}${newest}`;
    case "return":
      return `a rule decides again: expires ${formatOptional(expiresAfter)}${newest}`;
    case "orphan":
      return "becomes an orphan: nothing purges it any more";
    case "strand":
      return "cannot be restored while its vault is elsewhere";
    default:
      return change.change satisfies never;
  }
}

const PINS: Readonly<Record<PointPin["by"], string>> = {
  dependency: "points that need it",
  newest: "being the newest",
  legal_hold: "a legal hold",
  frozen: "a suspect point of its set",
  store_date: "the date at which its vault got it",
  floor: "being the newest whole one in its vault",
  backup: "a backup that builds on it",
};

function formatPin({ by, count }: PointPin): string {
  return by === "dependency" && count > 0
    ? `${formatCounted(count, "point")} that ${count === 1 ? "needs" : "need"} it`
    : PINS[by];
}

const GIBIBYTE = 2 ** 30;

function vaultPart(vaults: readonly VaultOutlook[], price: number | null): readonly Part[] {
  if (vaults.length === 0) return [];
  const row = ({ vault, purges, freedBytes, unknown }: VaultOutlook) => {
    const why = unknown === "not_asked" ? "unknown, it was not asked" : "unknown, not reachable";
    const bytes = freedBytes === null ? why : formatBytes(freedBytes);
    const cost = freedBytes === null || price === null ? "" : formatCost(freedBytes, price);
    return tableRow([inlineCode(vault), formatCount(purges), bytes, cost]);
  };
  return [
    {
      open: `**Freed once the grace is over:**\n\n${tableHead(["vault", "points", "bytes", "a month"])}`,
      ...entriesOf(vaults, row),
      close: "\n",
      more: (count) => tableRow([`and ${formatCount(count)} more`, "", SEE_LOG, ""]),
    },
  ];
}

function formatCost(bytes: number, price: number): string {
  return ((bytes / GIBIBYTE) * price).toFixed(2);
}

/** `2017-02-13T19:00:00Z`: to the second, which is all that a reviewer needs. */
export function formatTime(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

function formatOptional(instant: Instant | null): string {
  return instant === null ? "never" : formatTime(instant);
}
