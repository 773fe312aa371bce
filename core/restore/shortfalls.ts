import type { Instant } from "../kit/clock.ts";
import { formatTableName } from "../kit/table-name.ts";
import type { Shortfall, ShortfallKind } from "../resource/database-server.ts";
import { EXCLUDED } from "../resource/excluded.ts";
import type { ServerKind } from "../resource/server-kind.ts";
import { tellsOfSwitch } from "../resource/switched-rows.ts";
import type { StoredPoint } from "../vault/vault.ts";
import type { RestoreSequence } from "./restore-points.ts";
import { type TableSource, tablesOfEarlier } from "./table-sources.ts";

type Told = Pick<RestoreSequence, "points" | "upTo" | "at">;

/** Kinds of servers that a restore goes between, as the configuration says. */
export interface RestoreKinds {
  /** Null where the server that was backed up is no longer configured. */
  readonly from: ServerKind | null;
  readonly to: ServerKind;
}

interface Choice {
  readonly kinds: RestoreKinds;
  readonly encrypt?: boolean | undefined;
  /** Patterns, where only some tables are restored. */
  readonly tables?: readonly string[] | undefined;
  /** The schema of a database in use that tables come back into. */
  readonly into?: string | undefined;
  /** That database is backed up by change data capture. */
  readonly isCaptured?: boolean | undefined;
  /** What is restored. */
  readonly sources: readonly TableSource[];
}

/** What will not come back as it was, as far as the points tell, before and after a restore. */
export function shortfallsOf(
  sequence: Told,
  { encrypt, kinds, sources, tables, into, isCaptured }: Choice,
): readonly Shortfall[] {
  const names = new Set(sources.map(formatTableName));
  const ofRows = [...fuzzy(sequence), ...keyless(sequence, names)];
  if (into !== undefined) {
    return [
      ...ofRows,
      ...histories(sequence, names),
      ...noted(sequence).filter(({ text }) => tellsOfSwitch(text)),
      ...(isCaptured === true ? [NEW_TO_CAPTURE] : []),
    ];
  }
  return [
    ...(tables === undefined ? [] : [ONLY_TABLES]),
    ...ofRows,
    ...excludedOf(kinds.from).map(({ kind, name }) =>
      shortfall(kind, `Not restored, because they belong to the server: ${name}.`),
    ),
    ...(encrypt === true || ENCRYPTED_FROM_BIRTH.has(kinds.to) ? [] : [NOT_ENCRYPTED]),
    ...captured(sequence),
    ...histories(sequence, names),
    ...noted(sequence),
  ];
}

/**
 * New databases of these services are encrypted (learn.microsoft.com, "Transparent data encryption for SQL Database, SQL
 * Managed Instance, and Azure Synapse Analytics").
 */
const ENCRYPTED_FROM_BIRTH: ReadonlySet<ServerKind> = new Set(["azure_sql", "managed_instance"]);

/** Azure SQL Database has neither Agent jobs nor linked servers that could be missing. */
function excludedOf(from: ServerKind | null) {
  const isThere = (kind: ShortfallKind) =>
    from !== "azure_sql" || (kind !== "agent_jobs" && kind !== "linked_servers");
  return EXCLUDED.filter(({ kind }) => isThere(kind));
}

/** Kinds of which the points tell nothing but that they exist. */
const GENERAL: ReadonlySet<ShortfallKind> = new Set([
  "other_objects",
  ...EXCLUDED.map(({ kind }) => kind),
]);

/** `named`: what the schema of the points tells; it stands for what is told of its kind in general. */
export function withNames(
  general: readonly Shortfall[],
  named: readonly Shortfall[],
): readonly Shortfall[] {
  const known = new Set(named.map(({ kind }) => kind).filter((kind) => GENERAL.has(kind)));
  return [...general.filter(({ kind }) => !known.has(kind)), ...named];
}

function shortfall(kind: ShortfallKind, text: string): Shortfall {
  return { kind, text, remedy: null };
}

const NEW_TO_CAPTURE = shortfall(
  "change_capture",
  "The database is backed up by change data capture, which does not know the restored tables: if Holdfast enabled it, the next backup captures them and is a full; if a person did, backups skip the database until that person enables capture of these tables. Leave their schema out, or drop the tables before the next backup.",
);

const ONLY_TABLES = shortfall(
  "other_objects",
  "Tables were chosen: they come with their indexes and constraints and with the types, functions and sequences that these name; triggers, views, procedures, users and permissions do not.",
);

const NOT_ENCRYPTED = shortfall(
  "encryption",
  "Transparent data encryption is not enabled on a restored database of SQL Server: -enable-tde enables it.",
);

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

function isCapture({ facts }: StoredPoint): boolean {
  return facts.changes !== undefined;
}

/**
 * What the backups said themselves: of the first point what is not in it, of the last what it is. Rows that moved unseen between
 * two of them are missing in all that follow.
 */
function noted({ points }: Pick<RestoreSequence, "points">): readonly Shortfall[] {
  const told = points.flatMap(({ facts: { notes = [] } }, at) =>
    at === 0 || at === points.length - 1 ? notes : notes.filter(tellsOfSwitch),
  );
  return [...new Set(told)].map((note) =>
    shortfall("backup_note", `Noted when it was backed up: ${note}`),
  );
}

/** A full of change data capture alone: rows as they were when each was read. */
function fuzzy({ points }: Pick<RestoreSequence, "points">): readonly Shortfall[] {
  const [only, ...more] = points;
  const last = points.at(-1);
  if (only === undefined || last?.facts.consistency !== "fuzzy") return [];
  if (more.length > 0) {
    return [
      shortfall(
        "fuzzy",
        "Some tables of this recovery point changed while they were read, and each row is as it was when it was read.",
      ),
    ];
  }
  const { startedAt, changes, createdAt } = only.facts;
  return [
    shortfall(
      "fuzzy",
      `The rows are not those of one moment: each is as it was when it was read, between ${iso(startedAt)} and ${iso(changes?.reachedAt ?? createdAt)}. The first recovery point of type cdc after it makes them consistent.`,
    ),
  ];
}

function keyless(sequence: Told, names: ReadonlySet<string>): readonly Shortfall[] {
  const earlier = sequence.upTo === null ? [] : tablesOfEarlier(sequence.points);
  const tables = earlier.filter((name) => names.has(name));
  if (tables.length === 0) return [];
  const since = sequence.points.at(-2)?.facts;
  const moment = iso(since?.changes?.reachedAt ?? since?.createdAt ?? 0);
  return [
    shortfall(
      "keyless_tables",
      `Of tables without a key, and of those that are not captured whole, single changes are not stored, so these come back as they were at ${moment}: ${tables.join(", ")}.`,
    ),
  ];
}

function captured({ points }: Pick<RestoreSequence, "points">): readonly Shortfall[] {
  if (!points.some(isCapture)) return [];
  return [
    shortfall(
      "change_capture",
      "Change data capture is not enabled on the restored database; a backup set of method cdc that includes it enables it.",
    ),
  ];
}

/** Histories of temporal tables have no changes of their own: they end with the full. */
function histories({ points, at }: Told, names: ReadonlySet<string>): readonly Shortfall[] {
  const [full] = points;
  const end: Instant | undefined = at ?? points.at(-1)?.facts.changes?.reachedAt;
  const since = full?.facts.changes?.reachedAt;
  const tables = (full?.objects ?? [])
    .flatMap(({ attributes, path }) =>
      attributes["history"] === 1 ? [path.slice(path.indexOf("/") + 1)] : [],
    )
    .filter((name) => names.has(name));
  if (points.length < 2 || tables.length === 0 || end === undefined || since === undefined)
    return [];
  return [
    shortfall(
      "temporal_history",
      `Versions of rows are missing between ${iso(since)} and ${iso(end)}: changes of history tables are not captured, so these come back as they were at the full: ${tables.join(", ")}. The temporal tables themselves are complete.`,
    ),
  ];
}
