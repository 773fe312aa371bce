import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type {
  CapturedTable,
  RowSlice,
  TableRows,
} from "../../../core/resource/database-capture.ts";
import { tableReadFailed } from "../capture/capture-failures.ts";
import { selectRows } from "../capture/select-rows.ts";
import { isPassing } from "../connection/failures.ts";
import { readRows } from "../lane/read-rows.ts";
import type { LiveConnection } from "./live-connection.ts";
import type { ReadSchema } from "./read-schema.ts";

/** What passes keeps its own code, so that the table can be read again; else the failure names the table. */
export function tableFailure(table: string, cause: unknown): unknown {
  return isPassing(cause) ? cause : tableReadFailed(table, cause);
}

export async function* retelling(
  slices: AsyncIterable<RowSlice>,
  tell: (cause: unknown) => unknown,
): AsyncGenerator<RowSlice, void> {
  try {
    yield* slices;
  } catch (error) {
    throw tell(error);
  }
}

/** All rows of a table, READ COMMITTED: each as it was when the server came to it. */
export async function readWholeTable(
  live: LiveConnection,
  schema: ReadSchema,
  { table, signal }: Abortable & { readonly table: CapturedTable },
): Promise<TableRows> {
  const name = formatTableName(table);
  const found = schema.byName.get(name);
  if (found === undefined) throw new RangeError(`${name} is not part of this capture.`);
  try {
    const connection = await live.open({ signal });
    const { metadata, slices } = await readRows(connection, { ...selectRows(found), signal });
    return { metadata, slices: retelling(slices, (cause) => tableFailure(name, cause)) };
  } catch (error) {
    throw tableFailure(name, error);
  }
}
