import type { StatementRun } from "../session/statement-run.ts";
import type { Task } from "../suspension.ts";
import { type ChangePlan, type TargetRow, targetRows } from "./change-rows.ts";
import type { TableWriter } from "./table-writer.ts";

/**
 * The rows that a change is about, as they are when it begins to write. Servers hold an update lock on each from when they
 * see it; here the search is done again when another transaction changed one of them before all were found.
 */
export function* settledRows(
  change: ChangePlan,
  writer: TableWriter,
  run: StatementRun,
): Task<TargetRow[]> {
  for (;;) {
    const rows = yield* targetRows(change, run);
    const changed = rows.find((row) => !isAsSeen(row, change, writer));
    if (changed === undefined) return rows;
    yield* writer.lock(changed.row);
  }
}

function isAsSeen(
  { row, values }: TargetRow,
  { offset }: ChangePlan,
  writer: TableWriter,
): boolean {
  const { transaction, found } = writer.parts;
  if (row.writer === transaction || transaction.snapshot !== undefined) return true;
  if (row.writer !== undefined || row.deleted) return false;
  return found.table.columns.every(
    ({ computed }, slot) => computed !== undefined || row.values[slot] === values[offset + slot],
  );
}
