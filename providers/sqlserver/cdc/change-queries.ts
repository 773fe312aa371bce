import type { ChangeRange } from "../../../core/resource/change-capture.ts";
import { CHANGE_HEAD } from "../../../core/resource/change-head.ts";
import { quoteName, quotePath } from "../names.ts";
import type { CaptureInstance } from "./capture-instances.ts";

/** Transactions in the order of their commits, in each the commands, then the operations of a command. */
const ORDER = ["__$start_lsn", "__$command_id", "__$seqval", "__$operation"] as const;
const TABLES_A_BATCH = 50;

function changeTable(instance: CaptureInstance): string {
  return quotePath("cdc", `${instance.name}_CT`);
}

/** Commits are never split: all rows of one have its number. */
function inRange({ after, upTo }: ChangeRange): string {
  return `[__$start_lsn] > 0x${after} AND [__$start_lsn] <= 0x${upTo}`;
}

/**
 * From the change table itself: cdc.fn_cdc_get_all_changes_… reads the same and refuses ranges that no table has with an
 * error (313) that says something else.
 */
export function selectChanges(instance: CaptureInstance, range: ChangeRange): string {
  const columns = [...CHANGE_HEAD, ...instance.columns.map(({ name }) => name)]
    .map(quoteName)
    .join(", ");
  return `SELECT ${columns} FROM ${changeTable(instance)} WHERE ${inRange(range)} ORDER BY ${ORDER.map(quoteName).join(", ")} OPTION (MAXDOP 1)`;
}

/** Whether each of the tables has a change in the range: one row of `c0`, `c1`, …; some tables a query. */
export function askForChanges(
  instances: readonly CaptureInstance[],
  range: ChangeRange,
): readonly { readonly sql: string; readonly instances: readonly CaptureInstance[] }[] {
  const batches: CaptureInstance[][] = [];
  for (let at = 0; at < instances.length; at += TABLES_A_BATCH) {
    batches.push(instances.slice(at, at + TABLES_A_BATCH));
  }
  return batches.map((batch) => {
    const answers = batch.map(
      (instance, index) =>
        `CASE WHEN EXISTS (SELECT 1 FROM ${changeTable(instance)} WHERE ${inRange(range)}) THEN 1 ELSE 0 END AS c${index}`,
    );
    return { sql: `SELECT ${answers.join(", ")}`, instances: batch };
  });
}

/** Whether ALTER TABLE touched a captured table after that commit (cdc.ddl_history). */
export function askForDefinitions({ after }: ChangeRange): string {
  return `SELECT CASE WHEN EXISTS (SELECT 1 FROM cdc.ddl_history WHERE ddl_lsn > 0x${after}) THEN 1 ELSE 0 END AS is_changed`;
}
