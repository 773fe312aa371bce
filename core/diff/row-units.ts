import { ROW_GROUP_SIZES } from "../backup/row-groups.ts";
import type { ObjectChunk } from "../vault/vault.ts";

/** Chunks that begin and end with a row; one chunk, but for rows that are longer than a chunk may be. */
export interface RowUnit {
  /** Where it is equal, so are the rows. */
  readonly id: string;
  readonly chunks: readonly ObjectChunk[];
  readonly bytes: number;
}

/** A chunk of the length of a piece may end inside a row, and then the next one begins there; any other ends with a row. */
class UnitGatherer {
  #open: ObjectChunk[] = [];

  *add(chunks: readonly ObjectChunk[]): Generator<RowUnit> {
    for (const chunk of chunks) {
      this.#open.push(chunk);
      if (chunk.length !== ROW_GROUP_SIZES.piece) yield* this.end();
    }
  }

  *end(): Generator<RowUnit> {
    const chunks = this.#open;
    if (chunks.length === 0) return;
    this.#open = [];
    const id = chunks.map((chunk) => Buffer.from(chunk.id).toString("latin1")).join("");
    yield { id, chunks, bytes: chunks.reduce((sum, { length }) => sum + length, 0) };
  }
}

/** The units of a table in the order of its rows, some at once. */
export async function* unitsOf(
  batches: AsyncIterable<readonly ObjectChunk[]>,
): AsyncGenerator<readonly RowUnit[]> {
  const gatherer = new UnitGatherer();
  for await (const batch of batches) yield [...gatherer.add(batch)];
  yield [...gatherer.end()];
}
