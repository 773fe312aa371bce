import assert from "node:assert/strict";
import type { DatabaseCapture, RowSlice } from "../../core/resource/database-capture.ts";
import type { DatabaseServer } from "../../core/resource/database-server.ts";

export async function* bytesOf(slices: AsyncIterable<RowSlice>): AsyncGenerator<Uint8Array> {
  for await (const slice of slices) yield slice.bytes;
}

/** Restores what is captured, without a vault in between; gives the number of rows. */
export async function copyAll(
  server: Pick<DatabaseServer, "openRestore">,
  capture: DatabaseCapture,
  copy: string,
): Promise<number> {
  await using restore = await server.openRestore({ database: copy, schema: capture.schema });
  let rows = 0;
  for (const table of capture.tables) {
    const { metadata, slices } = await capture.rows(table);
    rows += await restore.load({ ...table, metadata, bytes: bytesOf(slices) });
  }
  await capture.complete();
  assert.deepEqual(await restore.complete(), capture.inventory);
  return rows;
}
