import type { Abortable } from "../../../core/kit/abortable.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import { quoteText } from "../names.ts";
import type { CaptureFacts } from "./capture-facts.ts";
import { isOurs } from "./capture-instances.ts";
import { commitUpTo } from "./lsn-times.ts";

/** Rows that one DELETE of the clean-up takes at most (sys.sp_cdc_cleanup_change_table, its own default). */
const THRESHOLD = 5000;

/**
 * Removes what was committed before that number from the change tables that we made. The new low water mark must be the number of a
 * recorded commit (error 22964), and is not moved back (22957).
 */
export async function removeChanges(
  connection: TdsConnection,
  { facts, before }: { readonly facts: CaptureFacts; readonly before: string },
  options?: Abortable,
): Promise<void> {
  const mark = await commitUpTo(connection, before, options);
  if (mark === undefined) return;
  const behind = facts.tables.flatMap((table) =>
    table.instances
      .filter((each) => isOurs(each, table) && each.start < mark)
      .map(({ name }) => name),
  );
  for (const name of behind) {
    await connection.execute(
      `EXEC sys.sp_cdc_cleanup_change_table @capture_instance = ${quoteText(name)}, @low_water_mark = 0x${mark}, @threshold = ${THRESHOLD}`,
      options,
    );
  }
}
