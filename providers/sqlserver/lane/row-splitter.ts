import { MoreBytesNeeded } from "./byte-cursor.ts";
import { COLUMN_METADATA_TOKEN, parseColumnMetadata } from "./column-metadata.ts";
import { EMPTY_HASH, finishHash, hashBytes } from "./key-hash.ts";
import type { RowLayout } from "./row-layout.ts";
import { cellLength, IN_CHUNKS, tokenLength, WAIT } from "./wire-lengths.ts";

const ROW_TOKEN = 0xd1;
const COMPRESSED_ROW_TOKEN = 0xd2;
const NOTHING: Buffer = Buffer.alloc(0);
const CHUNK_HEADER = 4;
const CHUNKED_HEADER = 8;

/** A stretch of row bytes and the rows that end in it. */
interface RowSpan {
  readonly bytes: Buffer;
  readonly rowEnds: readonly number[];
  readonly keyHashes: readonly number[];
}

export interface RowSplitterEvents {
  /** A COLMETADATA token, whole; gives the layout of the rows behind it. */
  readonly metadata: (token: Buffer) => RowLayout;
  readonly rows: (span: RowSpan) => void;
  /** Any other token, whole. */
  readonly token: (token: Buffer) => void;
  /** Where given, NBCROW tokens are turned into ROW tokens: these bytes belong behind the rows given so far. */
  readonly insert?: ((bytes: Uint8Array) => void) | undefined;
}

/**
 * Finds the boundaries of rows in a stream of TDS tokens, in any chunking, and hands the bytes of rows on as they came.
 *
 * It holds at most the begin of one cell or one other token; a value of any size passes through. `push` throws RangeError
 * at a token that has no place in a result, and the stream cannot be read on from there.
 */
export class RowSplitter {
  readonly #events: RowSplitterEvents;
  #layout: RowLayout;
  #bytes = NOTHING;
  #at = 0;
  /** Where the bytes begin that were not handed on. */
  #from = 0;
  #carry = NOTHING;
  #rowEnds: number[] = [];
  #keyHashes: number[] = [];

  #inRow = false;
  #column = 0;
  #inChunks = false;
  /** What is still to come of a cell or of a chunk. */
  #rest = 0;
  #bitmap: Buffer | undefined;
  #hash = EMPTY_HASH;

  constructor(events: RowSplitterEvents, layout: RowLayout) {
    this.#events = events;
    this.#layout = layout;
  }

  /** Takes the next bytes; they must not change afterwards. */
  push(chunk: Buffer): void {
    this.#bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
    this.#at = 0;
    this.#from = 0;
    if (this.#rest > 0) this.#takeRest();
    if (this.#rest === 0) while (this.#step());
    this.#handOn();
    this.#carry = Buffer.from(this.#bytes.subarray(this.#at));
    this.#bytes = NOTHING;
  }

  /** Throws RangeError when the stream ended inside a row or token. */
  end(): void {
    if (this.#inRow || this.#carry.length > 0) throw new RangeError("the rows end too early");
  }

  #step(): boolean {
    if (this.#inRow) return this.#cells();
    const token = this.#bytes[this.#at];
    if (token === undefined) return false;
    if (token === ROW_TOKEN) {
      this.#at += 1;
      this.#beginRow(undefined);
      return true;
    }
    return token === COMPRESSED_ROW_TOKEN ? this.#compressedRow() : this.#otherToken(token);
  }

  #beginRow(bitmap: Buffer | undefined): void {
    this.#bitmap = bitmap;
    this.#inRow = true;
    this.#column = 0;
    this.#hash = EMPTY_HASH;
  }

  #compressedRow(): boolean {
    const start = this.#at + 1;
    const end = start + ((this.#layout.count + 7) >> 3);
    if (end > this.#bytes.length) return false;
    const bitmap = Buffer.from(this.#bytes.subarray(start, end));
    if (this.#events.insert !== undefined) {
      this.#handOn();
      this.#events.insert(Uint8Array.of(ROW_TOKEN));
      this.#from = end;
    }
    this.#at = end;
    this.#beginRow(bitmap);
    return true;
  }

  #otherToken(token: number): boolean {
    const start = this.#at;
    const end = this.#endOfToken(token);
    if (end === undefined || end > this.#bytes.length) return false;
    this.#handOn();
    this.#at = end;
    this.#from = end;
    const bytes = Buffer.from(this.#bytes.subarray(start, end));
    if (token === COLUMN_METADATA_TOKEN) this.#layout = this.#events.metadata(bytes);
    else this.#events.token(bytes);
    return true;
  }

  #endOfToken(token: number): number | undefined {
    if (token !== COLUMN_METADATA_TOKEN) return tokenLength(this.#bytes, this.#at);
    try {
      return parseColumnMetadata(this.#bytes, this.#at).end;
    } catch (error) {
      if (error instanceof MoreBytesNeeded) return undefined;
      throw error;
    }
  }

  /** Goes on with the cells of a row; false when bytes are missing. */
  #cells(): boolean {
    const { count, forms, sizes } = this.#layout;
    while (this.#column < count) {
      if (this.#inChunks) {
        if (!this.#chunk()) return false;
        continue;
      }
      if (this.#bitmap !== undefined && this.#isNull(this.#bitmap)) {
        this.#nullCell();
        continue;
      }
      const form = forms[this.#column] ?? 0;
      const length = cellLength(this.#bytes, {
        at: this.#at,
        form,
        size: sizes[this.#column] ?? 0,
      });
      if (length === WAIT) return false;
      if (length === IN_CHUNKS) {
        this.#at += CHUNKED_HEADER;
        this.#inChunks = true;
        continue;
      }
      if (!this.#take(length)) return false;
      this.#column += 1;
    }
    this.#endRow();
    return true;
  }

  #isNull(bitmap: Buffer): boolean {
    return ((bitmap[this.#column >> 3] ?? 0) & (1 << (this.#column & 7))) !== 0;
  }

  #nullCell(): void {
    const bytes = this.#layout.nulls[this.#column] ?? NOTHING;
    if (this.#layout.hashed[this.#column] === 1) {
      this.#hash = hashBytes(this.#hash, bytes, { start: 0, end: bytes.length });
    }
    if (this.#events.insert !== undefined) {
      this.#handOn();
      this.#events.insert(bytes);
    }
    this.#column += 1;
  }

  #chunk(): boolean {
    if (this.#at + CHUNK_HEADER > this.#bytes.length) return false;
    const length = this.#bytes.readUInt32LE(this.#at);
    this.#at += CHUNK_HEADER;
    if (length > 0) return this.#take(length);
    this.#inChunks = false;
    this.#column += 1;
    return true;
  }

  #take(length: number): boolean {
    const end = Math.min(this.#at + length, this.#bytes.length);
    if (this.#layout.hashed[this.#column] === 1) {
      this.#hash = hashBytes(this.#hash, this.#bytes, { start: this.#at, end });
    }
    this.#rest = length - (end - this.#at);
    this.#at = end;
    return this.#rest === 0;
  }

  #takeRest(): void {
    if (this.#take(this.#rest) && !this.#inChunks) this.#column += 1;
  }

  #endRow(): void {
    this.#inRow = false;
    this.#rowEnds.push(this.#at - this.#from);
    this.#keyHashes.push(finishHash(this.#hash));
  }

  #handOn(): void {
    if (this.#at > this.#from || this.#rowEnds.length > 0) {
      this.#events.rows({
        bytes: this.#bytes.subarray(this.#from, this.#at),
        rowEnds: this.#rowEnds,
        keyHashes: this.#keyHashes,
      });
      this.#rowEnds = [];
      this.#keyHashes = [];
    }
    this.#from = this.#at;
  }
}
