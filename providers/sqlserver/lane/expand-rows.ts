import { parseColumnMetadata } from "./column-metadata.ts";
import { layOutRow, withoutHash } from "./row-layout.ts";
import { RowSplitter } from "./row-splitter.ts";

const BLOCK = 65_536;
/** Longer pieces are passed on without a copy. */
const COPY_LIMIT = 512;

/** Gathers small pieces into blocks, because a row whose NULLs are written out consists of many. */
class Blocks {
  #block = Buffer.allocUnsafeSlow(BLOCK);
  #used = 0;
  #from = 0;
  #ready: Buffer[] = [];

  add(piece: Uint8Array): void {
    if (piece.length > COPY_LIMIT) {
      this.#close();
      this.#ready.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
      return;
    }
    if (this.#used + piece.length > BLOCK) {
      this.#close();
      this.#block = Buffer.allocUnsafeSlow(BLOCK);
      this.#used = 0;
      this.#from = 0;
    }
    this.#block.set(piece, this.#used);
    this.#used += piece.length;
  }

  #close(): void {
    if (this.#used > this.#from) this.#ready.push(this.#block.subarray(this.#from, this.#used));
    this.#from = this.#used;
  }

  /** All that was added since the last call. */
  take(): readonly Buffer[] {
    this.#close();
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}

/**
 * Turns stored rows into the rows of a bulk load, which knows ROW tokens only: NBCROW tokens are written out, everything
 * else passes as it came. Holds about 64 KiB. Throws RangeError when the bytes are not rows under `metadata`.
 */
export async function* expandRows(
  metadata: Buffer,
  source: AsyncIterable<Uint8Array>,
  onRows: (rows: number) => void,
): AsyncGenerator<Buffer, void> {
  const blocks = new Blocks();
  let rows = 0;
  const refuse = (): never => {
    throw new RangeError("something other than rows stands between the rows");
  };
  const layout = withoutHash(layOutRow(parseColumnMetadata(metadata).columns));
  const splitter = new RowSplitter(
    {
      metadata: refuse,
      token: refuse,
      insert: (bytes) => blocks.add(bytes),
      rows: ({ bytes, rowEnds }) => {
        blocks.add(bytes);
        rows += rowEnds.length;
      },
    },
    layout,
  );
  for await (const chunk of source) {
    splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    yield* blocks.take();
    onRows(rows);
  }
  splitter.end();
}
