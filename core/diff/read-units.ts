import type { Abortable } from "../kit/abortable.ts";
import type { PointReader } from "../vault/vault.ts";
import { type RowUnit, unitsOf } from "./row-units.ts";

/** An object whose bytes are rows. */
export interface StoredRows {
  readonly reader: PointReader;
  readonly path: string;
}

/** The bytes of each unit, which begin and end with a row. */
export async function* readUnits(
  { reader, path }: StoredRows,
  units: readonly RowUnit[],
  { signal }: Abortable,
): AsyncGenerator<Uint8Array, undefined> {
  const chunks = units.flatMap((unit) => unit.chunks);
  const bytesOf = reader.readChunks(path, chunks, { signal });
  const read: AsyncIterator<Uint8Array, unknown> = bytesOf[Symbol.asyncIterator]();
  try {
    for (const unit of units) {
      signal?.throwIfAborted();
      yield await gather(read, unit.bytes);
    }
  } finally {
    await read.return?.();
  }
}

async function gather(
  read: AsyncIterator<Uint8Array, unknown>,
  length: number,
): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let at = 0; at < length; ) {
    const { value, done } = await read.next();
    if (done === true) throw new RangeError("a unit without its chunks. This is a bug.");
    bytes.set(value, at);
    at += value.length;
  }
  return bytes;
}

/** The bytes of all units, in order. */
export async function* readAllUnits(
  rows: StoredRows,
  options: Abortable,
): AsyncGenerator<Uint8Array> {
  for await (const units of unitsOf(rows.reader.chunksOf(rows.path, options))) {
    yield* readUnits(rows, units, options);
  }
}
