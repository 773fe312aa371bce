import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Address } from "../../../core/address/address.ts";
import type {
  Clearing,
  PointPinning,
  PointPurge,
  RecoveryPoint,
} from "../../../core/catalog/recovery-point.ts";
import type { ChangePlace } from "../../../core/kit/change-place.ts";
import type { Instant } from "../../../core/kit/clock.ts";
import type { LogPlace } from "../../../core/kit/log-place.ts";

/*
 * There may be a million points, so what many of them share comes as one text, which is taken apart once, and rows come as
 * arrays: reading takes a third of the time and a fifth of the memory that objects with a text for each column take.
 */

/** What many points share. */
const SHARED =
  "json_array(state, backup_set, server, vault, database, type, method, trigger, consistency)";

const OWN = [
  "id",
  "started_at",
  "created_at",
  "base",
  "converted_from",
  "conversion_reason",
  "bytes_read",
  "bytes_stored",
  "job",
] as const;

/** Columns that came with later formats: those that a file lacks are null in all of its rows. */
const LATER = [
  "stored_at",
  "added_raw",
  "added_stored",
  "cleared",
  "log_place",
  "purge",
  "changes",
  "notes",
  "pinned",
] as const;

type Shared = Pick<
  RecoveryPoint,
  | "state"
  | "backupSet"
  | "server"
  | "vault"
  | "database"
  | "type"
  | "method"
  | "trigger"
  | "consistency"
>;

/** What many points share, and the last base among them, which the next mostly has too. */
interface Kin {
  readonly shared: Shared;
  lastBase: string | null;
}

interface Known {
  readonly kins: Map<string, Kin>;
  readonly notes: Map<string, readonly string[]>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** All points, oldest first. The casts hold as those in `rows.ts` do. */
export function readPoints(database: DatabaseSync): readonly RecoveryPoint[] {
  const there = new Set(
    database
      .prepare("SELECT name FROM pragma_table_info('point')")
      .all()
      .map(({ name }) => name),
  );
  const later = LATER.map((name) => (there.has(name) ? name : "NULL"));
  const statement = database.prepare(
    `SELECT ${[SHARED, ...OWN, ...later].join(", ")} FROM point ORDER BY started_at, id`,
  );
  statement.setReturnArrays(true);
  const known: Known = { kins: new Map(), notes: new Map() };
  const points: RecoveryPoint[] = [];
  // With `setReturnArrays` rows are arrays, which its types do not say.
  for (const row of statement.iterate() as unknown as Iterable<readonly SQLOutputValue[]>) {
    points.push(decodePoint(row, known));
  }
  return points;
}

function decodePoint(row: readonly SQLOutputValue[], known: Known): RecoveryPoint {
  const kin = kinOf(row[0] as string, known.kins);
  const { shared } = kin;
  if (row[4] !== kin.lastBase) kin.lastBase = row[4] as string | null;
  const point: Mutable<RecoveryPoint> = {
    id: row[1] as string,
    state: shared.state,
    backupSet: shared.backupSet,
    server: shared.server,
    vault: shared.vault,
    database: shared.database,
    type: shared.type,
    method: shared.method,
    trigger: shared.trigger,
    consistency: shared.consistency,
    startedAt: row[2] as Instant,
    createdAt: row[3] as Instant | null,
    base: kin.lastBase,
    convertedFrom: row[5] as RecoveryPoint["convertedFrom"],
    conversionReason: row[6] as string | null,
    bytesRead: row[7] as number,
    bytesStored: row[8] as number,
    job: row[9] as string,
  };
  addLater(point, row);
  if (row[17] !== null) point.notes = notesOf(row[17] as string, known.notes);
  return point;
}

/** What only some points have. */
function addLater(point: Mutable<RecoveryPoint>, row: readonly SQLOutputValue[]): void {
  const [raw, stored] = [row[11] as number | null, row[12] as number | null];
  if (row[10] !== null) point.storedAt = row[10] as Instant;
  if (raw !== null && stored !== null) point.added = { raw, stored };
  if (row[13] !== null) point.cleared = JSON.parse(row[13] as string) as Clearing;
  if (row[14] !== null) point.place = JSON.parse(row[14] as string) as LogPlace;
  if (row[15] !== null) point.purge = JSON.parse(row[15] as string) as PointPurge;
  if (row[18] !== null) point.pinned = JSON.parse(row[18] as string) as PointPinning;
  if (row[16] !== null) point.changes = JSON.parse(row[16] as string) as ChangePlace;
}

/** Those of a database are mostly the same from one point to the next. */
function notesOf(text: string, known: Known["notes"]): readonly string[] {
  const found = known.get(text) ?? (JSON.parse(text) as readonly string[]);
  known.set(text, found);
  return found;
}

function kinOf(text: string, known: Map<string, Kin>): Kin {
  const found = known.get(text);
  if (found !== undefined) return found;
  const [state, backupSet, server, vault, database, type, method, trigger, consistency] =
    JSON.parse(text) as [
      Shared["state"],
      Address,
      Address,
      Address,
      string,
      Shared["type"],
      Shared["method"],
      Shared["trigger"],
      Shared["consistency"],
    ];
  const shared = { state, backupSet, server, vault, database, type, method, trigger, consistency };
  const kin = { shared, lastBase: null };
  known.set(text, kin);
  return kin;
}
