import { repeatable, type StatementRun } from "../session/statement-run.ts";
import { repeated, type Task } from "../suspension.ts";
import { type ChangePlan, type TargetRow, targetRows } from "./change-rows.ts";
import type { TableWriter } from "./table-writer.ts";

/** The search of a statement, and which rows of its target stand in what it found. */
export interface TargetSearch<Found> {
  readonly search: (run: StatementRun) => Task<readonly Found[]>;
  readonly target: (found: Found) => TargetRow | undefined;
  /** Where the target's values start. */
  readonly offset: number;
}

/**
 * What a change is about, as it is when the change begins to write. Servers hold an update lock on each row from when they
 * see it; here the search is done again when another transaction changed or locked one of them before all were found.
 */
export function* untilSettled<Found>(
  { search, target, offset }: TargetSearch<Found>,
  writer: TableWriter,
): Task<readonly Found[]> {
  for (;;) {
    const found = yield* repeated(() => search(repeatable(writer.parts.run)));
    const changed = found
      .values()
      .map(target)
      .find((row) => row !== undefined && !isAsSeen(row, offset, writer));
    if (changed === undefined) return found;
    yield* writer.lock(changed.row);
  }
}

/** The rows that UPDATE and DELETE are about. */
export function settledRows(change: ChangePlan, writer: TableWriter): Task<readonly TargetRow[]> {
  return untilSettled(
    { search: (run) => targetRows(change, run), target: (row) => row, offset: change.offset },
    writer,
  );
}

function isAsSeen({ row, values }: TargetRow, offset: number, writer: TableWriter): boolean {
  const { transaction, found } = writer.parts;
  if (row.writer === transaction) return true;
  if (writer.store.rowLocks.holder(row, transaction) !== undefined) return false;
  if (transaction.snapshot !== undefined) return true;
  if (row.deleted) return false;
  return found.table.columns.every(
    ({ computed }, slot) => computed !== undefined || row.values[slot] === values[offset + slot],
  );
}
