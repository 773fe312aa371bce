import { quoteName } from "../names.ts";
import type { LateColumn, ReplayPlan } from "./replay-plan.ts";

/** Numbers the rows of the stage, because nothing in a change is unique. */
const ID = "[__$id]";
/** Which change of its key it is, the last one being 1; NULL where it says nothing of its key. */
export const TURN = "[__$turn]";
/** 1 of both images of an update that changed the key of its row. */
const MOVED = "[__$moved]";
const OPERATION = "[__$operation]";
const MASK = "[__$update_mask]";
export const START = "[__$start_lsn]";
const COMMAND = "[__$command_id]";
const SEQUENCE = "[__$seqval]";

const DELETED = 1;
const INSERTED = 2;
const BEFORE = 3;
const AFTER = 4;

/** The order of changes: a key that changes only its case is deleted and inserted by one statement, in that order. */
const NEWEST_FIRST = [START, COMMAND, SEQUENCE, OPERATION]
  .map((column) => `${column} DESC`)
  .join(", ");

export function sameKey({ key }: Pick<ReplayPlan, "key">, left: string, right: string): string {
  return key
    .map((name) => `${left}.${quoteName(name)} = ${right}.${quoteName(name)}`)
    .join(" AND ");
}

/** 1 where the change brings a row to its key, -1 where one leaves it, 0 where the row stays. */
export function stepOf(alias: string): string {
  const [operation, isMoved] = [`${alias}.${OPERATION}`, `${alias}.${MOVED} = 1`];
  return `CASE WHEN ${operation} = ${INSERTED} OR ${operation} = ${AFTER} AND ${isMoved} THEN 1 WHEN ${operation} IN (${DELETED}, ${BEFORE}) THEN -1 ELSE 0 END`;
}

/** Whether the change touched the column. */
function touches(alias: string, { byte, bit }: LateColumn): string {
  const mask = `${alias}.${MASK}`;
  return `CONVERT(int, SUBSTRING(${mask}, DATALENGTH(${mask}) - ${byte}, 1)) & ${bit}`;
}

/** Whether the last change of a key left the value out. */
function leavesOut(alias: string, column: LateColumn): string {
  return `${alias}.${TURN} = 1 AND ${alias}.${OPERATION} = ${AFTER} AND ${touches(alias, column)} = 0`;
}

export function createStage({ stage, stageColumns }: ReplayPlan): string {
  return `CREATE TABLE ${stage} (${[...stageColumns, `${ID} bigint IDENTITY(1, 1) NOT NULL`, `${TURN} bigint NULL`, `${MOVED} bit NULL`].join(", ")})`;
}

export function dropStage({ stage }: ReplayPlan): string {
  return `DROP TABLE ${stage}`;
}

/** What was committed after the moment to restore to. */
export function dropLater({ stage }: ReplayPlan, upTo: string): string {
  return `DELETE FROM ${stage} WHERE ${START} > 0x${upTo}`;
}

/**
 * Marks both images of updates that changed the key of their row: the one is the end of a key, the other the beginning of one.
 * SQL Server tells most changes of keys as a deletion and an insertion; a key of a unique index beside the primary key may
 * come this way. The images of one update share their place in the log; the parts of what is told in two have commands that
 * follow each other.
 */
export function markMoved(plan: ReplayPlan): string {
  const { stage } = plan;
  const pair = (former: string, later: string): string =>
    `${former}.${OPERATION} = ${BEFORE} AND ${later}.${OPERATION} = ${AFTER} AND ${later}.${COMMAND} - ${former}.${COMMAND} BETWEEN 0 AND 1`;
  const isPair = `(${pair("s", "o")} OR ${pair("o", "s")})`;
  return `UPDATE s SET ${MOVED} = 1 FROM ${stage} AS s JOIN ${stage} AS o ON o.${START} = s.${START} AND o.${SEQUENCE} = s.${SEQUENCE} WHERE ${isPair} AND NOT (${sameKey(plan, "o", "s")})`;
}

/** Counts such updates. */
export function countMoved({ stage }: ReplayPlan): string {
  return `SELECT COUNT_BIG(*) AS moved FROM ${stage} WHERE ${MOVED} = 1 AND ${OPERATION} = ${AFTER}`;
}

/** Numbers the changes of each key from the last to the first. The server compares keys, by their own collations. */
export function numberChanges({ stage, key }: ReplayPlan): string {
  const columns = key.map(quoteName).join(", ");
  const says = `${OPERATION} <> ${BEFORE} OR ${MOVED} = 1`;
  const turns = `SELECT ${ID}, ROW_NUMBER() OVER (PARTITION BY ${columns} ORDER BY ${NEWEST_FIRST}) AS turn FROM ${stage} WHERE ${says}`;
  return `UPDATE s SET ${TURN} = t.turn FROM ${stage} AS s JOIN (${turns}) AS t ON t.${ID} = s.${ID}`;
}

/** The last change of each key gets what it left out: what stands in the table, or what an earlier change of the key wrote. */
export function completeValues(plan: ReplayPlan): readonly string[] {
  const { stage, table, key } = plan;
  return plan.late.flatMap((column) => {
    const name = quoteName(column.name);
    const keys = key.map((each) => `e.${quoteName(each)}`);
    const written = `e.${TURN} > 1 AND (e.${OPERATION} = ${INSERTED} OR e.${OPERATION} = ${AFTER} AND ${touches("e", column)} <> 0)`;
    const latest = `SELECT ${keys.join(", ")}, MIN(e.${TURN}) AS turn FROM ${stage} AS e WHERE ${written} GROUP BY ${keys.join(", ")}`;
    return [
      `UPDATE f SET ${name} = t.${name} FROM ${stage} AS f JOIN ${table} AS t ON ${sameKey(plan, "t", "f")} WHERE ${leavesOut("f", column)} AND f.${name} IS NULL`,
      `UPDATE f SET ${name} = w.${name} FROM ${stage} AS f JOIN (${latest}) AS l ON ${sameKey(plan, "l", "f")} JOIN ${stage} AS w ON ${sameKey(plan, "w", "l")} AND w.${TURN} = l.turn WHERE ${leavesOut("f", column)}`,
    ];
  });
}

/** The rows of all changed keys go, and come back as the last change left them; all or nothing. */
export function replaceRows(plan: ReplayPlan): string {
  const { table, stage, hasIdentity } = plan;
  const columns = plan.stored.map(quoteName).join(", ");
  const alive = `${TURN} = 1 AND ${OPERATION} IN (${INSERTED}, ${AFTER})`;
  const insert = `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${stage} WHERE ${alive}`;
  return [
    "SET XACT_ABORT ON",
    "BEGIN TRANSACTION",
    `DELETE t FROM ${table} AS t JOIN ${stage} AS s ON ${sameKey(plan, "s", "t")} WHERE s.${TURN} = 1`,
    ...(hasIdentity
      ? [`SET IDENTITY_INSERT ${table} ON`, insert, `SET IDENTITY_INSERT ${table} OFF`]
      : [insert]),
    "COMMIT TRANSACTION",
    "SET XACT_ABORT OFF",
  ].join("; ");
}
