import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import {
  type ChangeSequence,
  type Granularity,
  isNoSequence,
  type NoSequence,
  sequenceOfPoint,
  sequenceToMoment,
} from "../policy/chain/change-sequence.ts";
import { findAddress } from "./find-address.ts";
import { findPoint } from "./find-point.ts";
import { checkMoment, type Moment, readMoment } from "./read-moment.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** Which points to restore: by one point, or by a moment of a database. */
export interface RestoreChoice {
  /** An id or a unique beginning of one. */
  readonly point?: string | undefined;
  readonly at?: Moment | undefined;
  /** The name that the database has or had; not needed where only one has points. */
  readonly database?: string | undefined;
  /** A backup set's address or bare name; not needed where only one has the database. */
  readonly backupSet?: string | undefined;
  /** [`moment`] */
  readonly granularity?: Granularity | undefined;
}

export type Listed = RecoveryPoint & { readonly createdAt: Instant };

/** Points in the order of their restore. POINT_NOT_FOUND, RESTORE_METHOD_UNSUPPORTED, RESTORE_NO_WAY, CLI_USAGE. */
export function chooseRestore(
  choice: RestoreChoice,
  points: readonly RecoveryPoint[],
  resources: ResourceLookup,
): ChangeSequence<Listed> {
  const listed = points.filter(isListed);
  if (choice.at !== undefined) return toMoment(choice, choice.at, { listed, resources });
  const point = findPoint(choice.point ?? "", points);
  requireRows(point);
  const found = isListed(point) ? sequenceOfPoint(point, listed) : undefined;
  if (found === undefined) throw new RangeError("a listed point without its moment");
  return wayOf(found, point.database);
}

function isListed(point: RecoveryPoint): point is Listed {
  return point.state === "listed" && point.createdAt !== null;
}

function toMoment(
  choice: RestoreChoice,
  moment: Moment,
  { listed, resources }: { readonly listed: readonly Listed[]; readonly resources: ResourceLookup },
): ChangeSequence<Listed> {
  checkMoment(moment);
  const points = pointsOfOne(choice, listed, resources);
  const sets = [...new Set(points.map(({ backupSet }) => backupSet))];
  const at = readMoment(moment, sets, resources);
  const withRows = points.filter(({ method }) => hasRows(method));
  return wayOf(sequenceToMoment(withRows, at, choice.granularity), points[0]?.database ?? "", at);
}

/** The points of one database in one backup set. */
function pointsOfOne(
  { backupSet, database }: RestoreChoice,
  listed: readonly Listed[],
  resources: ResourceLookup,
): readonly Listed[] {
  const known = [...resources.all("backup_set"), ...listed.map((point) => point.backupSet)];
  const set =
    backupSet === undefined
      ? undefined
      : (findAddress(backupSet, "backup_set", known) ?? resources.find(backupSet, "backup_set"));
  const meant = listed.filter(
    (point) =>
      (set === undefined || point.backupSet === set) &&
      (database === undefined || point.database === database),
  );
  const groups = Map.groupBy(meant, (point) =>
    [point.backupSet, point.server, point.database].join("\n"),
  );
  const [only] = groups.values();
  if (groups.size === 1 && only !== undefined) return only;
  if (groups.size === 0) {
    const of = database === undefined ? "" : ` of a database ${database}`;
    const by = set === undefined ? "" : ` by ${set}`;
    throw failure({
      code: "POINT_NOT_FOUND",
      summary: "Recovery point not found",
      detail: `There is no recovery point${of}${by}. See what there is:\n\n    holdfast points`,
    });
  }
  const names = [...groups.values()].map(
    ([first]) =>
      `    ${first?.database ?? ""} of ${first?.server ?? ""}, by ${first?.backupSet ?? ""}`,
  );
  throw failure({
    code: "CLI_USAGE",
    summary: "Wrong command line",
    detail: `-at goes to a moment of one database, and there are points of ${groups.size}. Say which with -database, and with the backup set before it where two have the database:\n\n${names.slice(0, 10).join("\n")}`,
  });
}

function hasRows(method: RecoveryPoint["method"]): boolean {
  return method === "snapshot" || method === "cdc" || method === "isolated_copy";
}

/** RESTORE_METHOD_UNSUPPORTED of an imported backup file. */
function requireRows({ id, method, database }: RecoveryPoint): void {
  if (hasRows(method)) return;
  throw failure({
    code: "RESTORE_METHOD_UNSUPPORTED",
    summary: "Recovery point is a backup file",
    detail: `The recovery point ${id} of ${database} was imported and is a backup file of SQL Server, which this version does not put on a server. No server was touched. Give the file back, and let SQL Server restore it:\n\n    holdfast export-backup ${id.slice(0, 12)} -o FILE`,
  });
}

function wayOf(
  found: ChangeSequence<Listed> | NoSequence,
  database: string,
  at?: Instant,
): ChangeSequence<Listed> {
  if (!isNoSequence(found)) return found;
  throw failure({
    code: "RESTORE_NO_WAY",
    summary: "No way to restore",
    detail: reasonOf(found, { database, at }),
  });
}

function reasonOf(
  found: NoSequence,
  { database, at }: { readonly database: string; readonly at: Instant | undefined },
): string {
  if (found.reason === "base_missing") {
    const needed = found.base === null ? "the point before it" : `the point ${found.base}`;
    return `The recovery point ${found.id} of ${database} needs ${needed}, which is not there any more. See what can be restored:\n\n    holdfast points`;
  }
  const { before, after } = found;
  const near = [
    ...(before === null ? [] : [`    ${iso(before)} (before)`]),
    ...(after === null ? [] : [`    ${iso(after)} (after)`]),
  ];
  const moment = at === undefined ? "that moment" : iso(at);
  if (near.length === 0) {
    return `Nothing of ${database} that can be restored to a moment is there: a full of change data capture needs the changes that follow it. See what there is:\n\n    holdfast points`;
  }
  return `No recovery point of ${database} reaches ${moment}. The nearest moments that can be restored to:\n\n${near.join("\n")}`;
}

function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}
