import type { Abortable } from "../../../core/kit/abortable.ts";
import type { TableChanges } from "../../../core/resource/database-server.ts";
import type { SchemaTable } from "../../../schemas/sql-server-schema.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import {
  BULK_END,
  type BulkTarget,
  bulkStatement,
  encodeBulkMetadata,
} from "../lane/bulk-statement.ts";
import { parseColumnMetadata } from "../lane/column-metadata.ts";
import { expandRows } from "../lane/expand-rows.ts";
import { countDoubtful, settleArrivals } from "./replay-order.ts";
import { planReplay, type ReplayPlan } from "./replay-plan.ts";
import {
  completeValues,
  countMoved,
  createStage,
  dropLater,
  dropStage,
  markMoved,
  numberChanges,
  replaceRows,
} from "./replay-statements.ts";
import { changesUnclear, restoreMismatch, stepFailed } from "./restore-failures.ts";

type Part = TableChanges["parts"][number];

export interface ReplayTable extends Abortable {
  readonly database: string;
  readonly table: SchemaTable;
  /** Of all tables of the schema, so that the stage gets another. */
  readonly taken: ReadonlySet<string>;
  /** Which of those that work at a time, from 0 on: each has a stage of its own. */
  readonly lane: number;
  readonly changes: TableChanges;
  readonly onRows: (rows: number) => void;
}

const STAGE = "__$holdfast";

/** A name that no table has, another one for each lane. */
function stageName(taken: ReadonlySet<string>, lane: number): string {
  let name = STAGE;
  for (let left = lane; taken.has(name) || left > 0; name += "_") {
    if (!taken.has(name)) left -= 1;
  }
  return name;
}

function planOf(connection: TdsConnection, replay: ReplayTable, first: Part): ReplayPlan {
  const { table, taken, lane, database } = replay;
  const { columns } = parseColumnMetadata(Buffer.from(first.metadata));
  const plan = planReplay(table, columns, stageName(taken, lane));
  if (!("obstacle" in plan)) return plan;
  throw restoreMismatch(connection.place.target, database, [
    `table ${table.schema}.${table.name}: ${plan.obstacle}`,
  ]);
}

function bulkTarget({ stage, collations }: ReplayPlan, part: Part): BulkTarget {
  const { columns } = parseColumnMetadata(Buffer.from(part.metadata));
  return { table: stage, columns, collations, order: [] };
}

async function* bulkParts(
  target: BulkTarget,
  part: Part,
  onRows: (rows: number) => void,
): AsyncGenerator<Buffer, void> {
  yield encodeBulkMetadata(target);
  yield* expandRows(Buffer.from(part.metadata), part.bytes, onRows);
  yield BULK_END;
}

async function fillStage(
  connection: TdsConnection,
  plan: ReplayPlan,
  { changes, onRows, signal }: ReplayTable,
): Promise<number> {
  let rows = 0;
  for (const part of changes.parts) {
    const before = rows;
    const target = bulkTarget(plan, part);
    const told = (count: number): void => onRows(before + count);
    rows += await connection.bulkLoad(bulkStatement(target), bulkParts(target, part, told), {
      signal,
    });
  }
  return rows;
}

/** A key that an update changed brings no value that the update did not touch, and nothing else tells where it stood. */
async function requireClear(
  connection: TdsConnection,
  plan: ReplayPlan,
  { table, database, signal }: ReplayTable,
): Promise<void> {
  await connection.execute(markMoved(plan), { signal });
  if (plan.late.length === 0) return;
  const [row] = await connection.query(countMoved(plan), { signal });
  const moved = Number(row?.["moved"] ?? 0);
  if (moved > 0) throw changesUnclear(connection.place.target, { database, table, moved });
}

async function orderChanges(
  connection: TdsConnection,
  plan: ReplayPlan,
  { signal }: Abortable,
): Promise<void> {
  await connection.execute(numberChanges(plan), { signal });
  const [row] = await connection.query(countDoubtful(plan), { signal });
  if (Number(row?.["doubtful"] ?? 0) === 0) return;
  for (const sql of settleArrivals(plan)) await connection.execute(sql, { signal });
}

/**
 * Puts changes upon the loaded rows of one table, set by set on the server: the last change of each key decides what its
 * row is, and a value that it left out is what stands there or what an earlier change of the key wrote. So changes that the
 * rows have already do no harm (docs/decisions/0024), and doing it again gives the same. Gives the number of change rows.
 */
export async function applyChanges(
  connection: TdsConnection,
  replay: ReplayTable,
): Promise<number> {
  const { changes, table, signal } = replay;
  const [first] = changes.parts;
  if (first === undefined) return 0;
  const plan = planOf(connection, replay, first);
  try {
    await connection.execute(`DROP TABLE IF EXISTS ${plan.stage}`, { signal });
    await connection.execute(createStage(plan), { signal });
    const rows = await fillStage(connection, plan, replay);
    if (changes.upTo !== null) await connection.execute(dropLater(plan, changes.upTo), { signal });
    await requireClear(connection, plan, replay);
    await orderChanges(connection, plan, { signal });
    for (const sql of completeValues(plan)) await connection.execute(sql, { signal });
    await connection.execute(replaceRows(plan), { signal });
    await connection.execute(dropStage(plan), { signal });
    return rows;
  } catch (error) {
    throw stepFailed(`the changes of ${table.schema}.${table.name}`, error);
  }
}
