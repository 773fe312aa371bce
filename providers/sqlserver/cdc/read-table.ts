import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type {
  CapturedTable,
  ReadBehind,
  RowSlice,
  TableRows,
} from "../../../core/resource/database-capture.ts";
import { tableReadFailed } from "../capture/capture-failures.ts";
import { selectRowsBehind } from "../capture/rows-behind.ts";
import { type RowSelection, selectRows } from "../capture/select-rows.ts";
import { WholeRows } from "../capture/whole-rows.ts";
import { isPassing } from "../connection/failures.ts";
import { readRows } from "../lane/read-rows.ts";
import type { LiveConnection, LiveConnections } from "./live-connection.ts";
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
  schema: Pick<ReadSchema, "byName">,
  { table, signal }: Abortable & { readonly table: CapturedTable },
): Promise<TableRows> {
  const name = formatTableName(table);
  const found = schema.byName.get(name);
  if (found === undefined) throw new RangeError(`${name} is not part of this capture.`);
  return readSelection(live, selectRows(found), { name, signal });
}

async function readSelection(
  live: LiveConnection,
  selection: RowSelection,
  { name, signal }: Abortable & { readonly name: string },
): Promise<TableRows> {
  try {
    const connection = await live.open({ signal });
    const { metadata, slices } = await readRows(connection, { ...selection, signal });
    return { metadata, slices: retelling(slices, (cause) => tableFailure(name, cause)) };
  } catch (error) {
    throw tableFailure(name, error);
  }
}

/** The same over a connection that is not busy; lost among its rows, it can go on behind the last whole one. */
export async function readTableUnbroken(
  connections: LiveConnections,
  schema: Pick<ReadSchema, "byName">,
  { table, signal }: Abortable & { readonly table: CapturedTable },
): Promise<TableRows> {
  const name = formatTableName(table);
  const whole = new WholeRows();
  const read = () => connections.reading((live) => readWholeTable(live, schema, { table, signal }));
  const { metadata, slices } = await read();
  const behind = (): ReadBehind | undefined => {
    const { last } = whole;
    const found = schema.byName.get(name);
    const selection = last && found && selectRowsBehind(found, metadata, last);
    if (selection === undefined) return undefined;
    return async () => {
      const rest = await connections.reading((live) =>
        readSelection(live, selection, { name, signal }),
      );
      if (Buffer.from(rest.metadata).equals(metadata)) return whole.of(rest.slices);
      for await (const _slice of rest.slices) break;
      return undefined;
    };
  };
  return { metadata, slices: whole.of(slices), behind };
}
