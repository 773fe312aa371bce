import { quoteName } from "../names.ts";
import type { LateColumn, ReplayPlan } from "./replay-plan.ts";

/** Numbers the rows of the stage, because nothing in a change is unique. */
const ID = "[__$id]";
/** Which change of its key it is, the last one being 1; NULL where it says nothing of its key. */
const TURN = "[__$turn]";
const OPERATION = "[__$operation]";
const MASK = "[__$update_mask]";
const START = "[__$start_lsn]";

const INSERTED = 2;
const BEFORE = 3;
const AFTER = 4;

/** The order of changes: a key that changes only its case is deleted and inserted by one statement, in that order. */
const NEWEST_FIRST = [START, "[__$command_id]", "[__$seqval]", OPERATION]
  .map((column) => `${column} DESC`)
  .join(", ");

function sameKey({ key }: ReplayPlan, left: string, right: string): string {
  return key
    .map((name) => `${left}.${quoteName(name)} = ${right}.${quoteName(name)}`)
    .join(" AND ");
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
  return `CREATE TABLE ${stage} (${[...stageColumns, `${ID} bigint IDENTITY(1, 1) NOT NULL`, `${TURN} bigint NULL`].join(", ")})`;
}

export function dropStage({ stage }: ReplayPlan): string {
  return `DROP TABLE ${stage}`;
}

/** What was committed after the moment to restore to. */
export function dropLater({ stage }: ReplayPlan, upTo: string): string {
  return `DELETE FROM ${stage} WHERE ${START} > 0x${upTo}`;
}

/**
 * Marks, among the rows as they were before an update, those whose key the update changed: they are the end of that key.
 * SQL Server tells most changes of keys as a deletion and an insertion; a key of a unique index beside the primary key may
 * come this way.
 */
export function markMoved(plan: ReplayPlan): string {
  const { stage } = plan;
  return `UPDATE o SET ${TURN} = 0 FROM ${stage} AS o JOIN ${stage} AS n ON n.${START} = o.${START} AND n.[__$command_id] = o.[__$command_id] AND n.[__$seqval] = o.[__$seqval] WHERE o.${OPERATION} = ${BEFORE} AND n.${OPERATION} = ${AFTER} AND NOT (${sameKey(plan, "n", "o")})`;
}

/** Counts such rows. */
export function countMoved({ stage }: ReplayPlan): string {
  return `SELECT COUNT_BIG(*) AS moved FROM ${stage} WHERE ${TURN} = 0`;
}

/** Numbers the changes of each key from the last to the first. The server compares keys, by their own collations. */
export function numberChanges({ stage, key }: ReplayPlan): string {
  const columns = key.map(quoteName).join(", ");
  const says = `${OPERATION} <> ${BEFORE} OR ${TURN} = 0`;
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
