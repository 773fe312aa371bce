import type { Abortable } from "../../../core/kit/abortable.ts";
import type { Row, TdsConnection } from "../connection/tds-connection.ts";
import { flag, number, text, textOrNull } from "../schema/fields.ts";
import { namesOfInstance } from "./instance-name.ts";

export const NO_LSN = "0".repeat(20);

export interface CaptureInstance {
  readonly name: string;
  readonly objectId: number;
  /** The low water mark, 20 small hex digits; zeros until the capture has come to the table (cdc.change_tables.start_lsn). */
  readonly start: string;
  /** The captured columns by their ordinal. */
  readonly columns: readonly { readonly name: string; readonly columnId: number }[];
  /** Whether net changes can be asked for, or a role stands between the changes and who may read the table. */
  readonly hasExtras: boolean;
  /** What the default is: ALTER TABLE … SWITCH moves rows, and no change tells of it (sys.sp_cdc_enable_table). */
  readonly allowsSwitch: boolean;
}

type Instances = ReadonlyMap<number, readonly CaptureInstance[]>;

const INSTANCES = `SELECT object_id, source_object_id, capture_instance, CONVERT(varchar(20), start_lsn, 2) AS start_lsn,
  CONVERT(int, supports_net_changes) AS has_net_changes, role_name, CONVERT(int, partition_switch) AS allows_switch
  FROM cdc.change_tables`;
const CAPTURED = `SELECT object_id, column_name, column_id, column_ordinal FROM cdc.captured_columns
  ORDER BY object_id, column_ordinal`;

/** 20 small hex digits of what CONVERT(varchar(20), …, 2) gives. */
export function lsnOf(row: Row, column: string): string {
  return (textOrNull(row, column) ?? NO_LSN).toLowerCase();
}

/** By the id of their source table. */
export async function readInstances(
  connection: TdsConnection,
  options: Abortable,
): Promise<Instances> {
  const captured = Map.groupBy(await connection.query(CAPTURED, options), (row) =>
    number(row, "object_id"),
  );
  const rows = await connection.query(INSTANCES, options);
  const bySource = Map.groupBy(rows, (row) => number(row, "source_object_id"));
  return new Map(
    [...bySource].map(([source, own]) => [
      source,
      own.map((row) => instanceOf(row, captured.get(number(row, "object_id")) ?? [])),
    ]),
  );
}

function instanceOf(row: Row, columns: readonly Row[]): CaptureInstance {
  return {
    name: text(row, "capture_instance"),
    objectId: number(row, "object_id"),
    start: lsnOf(row, "start_lsn"),
    columns: columns.map((column) => ({
      name: text(column, "column_name"),
      columnId: number(column, "column_id"),
    })),
    hasExtras: flag(row, "has_net_changes") || textOrNull(row, "role_name") !== null,
    allowsSwitch: flag(row, "allows_switch"),
  };
}

/**
 * Whether it is as `enableTable` makes it. What a person made in the same form counts as ours, and one of ours whose table has
 * another name by now as a person's.
 */
export function isOurs(
  { name, hasExtras }: CaptureInstance,
  table: { readonly schema: string; readonly name: string },
): boolean {
  return !hasExtras && namesOfInstance(table).includes(name);
}
