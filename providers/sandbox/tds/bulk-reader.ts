import type { SqlValue } from "../values/sql-type.ts";
import { ByteReader, ProtocolError, UnexpectedEnd } from "./byte-reader.ts";
import { type BulkColumn, readBulkColumns } from "./columns.ts";
import type { PacketSource } from "./message.ts";
import { PACKET, type Packet, STATUS_END, STATUS_IGNORE } from "./packet.ts";
import { TOKEN } from "./tokens.ts";
import { createValueReader, type ValueReader } from "./value-reader.ts";

/** Rows are read from about this many bytes at a time. */
const READ_SIZE = 64 * 1024;

/** The client gave the load up, or went away. */
export class BulkCancelled extends Error {
  override readonly name = "BulkCancelled";

  constructor() {
    super("the bulk load was cancelled");
  }
}

/** Reads a bulk load message while it arrives. Holds some hundred KiB, or twice the largest row. */
export class BulkReader {
  readonly #source: PacketSource;
  #buffer: Buffer = Buffer.allocUnsafe(READ_SIZE);
  #start = 0;
  #end = 0;
  #wanted = 1;
  #isWhole = false;
  #cancelled: "no" | "ignored" | "attention" | "closed" = "no";
  #failure: ProtocolError | undefined;

  constructor(first: Packet, source: PacketSource) {
    this.#source = source;
    this.#accept(first);
  }

  /** How the message ended before its time. */
  get cancelled(): "no" | "ignored" | "attention" | "closed" {
    return this.#cancelled;
  }

  /** What was wrong with the bytes, if anything was. */
  get failure(): ProtocolError | undefined {
    return this.#failure;
  }

  /** The columns at the front of the message. Throws ProtocolError or BulkCancelled. */
  async readColumns(): Promise<BulkColumn[]> {
    for (;;) {
      const columns = this.#attempt(readBulkColumns);
      if (columns !== undefined) return columns;
      await this.#fill();
    }
  }

  /** Batches of whole rows, at least one each. Throws ProtocolError or BulkCancelled, so that no part passes for the whole. */
  async *rows(columns: readonly BulkColumn[]): AsyncGenerator<SqlValue[][]> {
    const readers = columns.map(({ wire }) => createValueReader(wire));
    const state: RowState = { readers, done: false };
    for (;;) {
      const batch = this.#readBatch(state);
      if (batch.length > 0) yield batch;
      if (state.done || this.#isAtEnd) return;
      await this.#fill();
    }
  }

  /** Reads on to the end of the message and forgets it. */
  async drain(): Promise<void> {
    while (!this.#isWhole && this.#cancelled === "no") {
      this.#start = this.#end;
      this.#wanted = 1;
      await this.#fill().catch(() => undefined);
    }
  }

  /** Some clients (FreeTDS) send no DONE behind the last row, and servers ask for none. */
  get #isAtEnd(): boolean {
    return this.#isWhole && this.#cancelled === "no" && this.#start === this.#end;
  }

  #readBatch(state: RowState): SqlValue[][] {
    const batch: SqlValue[][] = [];
    while (!state.done && !this.#isAtEnd) {
      const row = this.#attempt((reader) => readRow(reader, state));
      if (row === undefined) break;
      if (row !== END) batch.push(row);
    }
    return batch;
  }

  /** Reads something whole, or nothing; a longer try is made when twice as many bytes are there, so effort stays linear. */
  #attempt<T>(read: (reader: ByteReader) => T): T | undefined {
    if (this.#cancelled !== "no") throw new BulkCancelled();
    const reader = new ByteReader(this.#buffer.subarray(0, this.#end), this.#start);
    try {
      const value = read(reader);
      this.#start = reader.offset;
      return value;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (error instanceof UnexpectedEnd && !this.#isWhole) {
        this.#wanted = Math.max(2 * (this.#end - this.#start), READ_SIZE);
        return undefined;
      }
      this.#failure = error;
      throw error;
    }
  }

  async #fill(): Promise<void> {
    while (!this.#isWhole && this.#end - this.#start < this.#wanted) {
      const packet = await this.#source();
      if (packet === undefined) this.#cancelled = "closed";
      else this.#accept(packet);
      if (this.#cancelled !== "no") throw new BulkCancelled();
    }
  }

  #accept({ type, status, payload }: Packet): void {
    if (type === PACKET.attention) {
      this.#cancelled = "attention";
      return;
    }
    this.#append(payload);
    this.#isWhole = (status & STATUS_END) !== 0;
    if (this.#isWhole && (status & STATUS_IGNORE) !== 0) this.#cancelled = "ignored";
  }

  #append(payload: Buffer): void {
    const length = this.#end - this.#start;
    if (this.#end + payload.length > this.#buffer.length) {
      const isRoomy = length + payload.length <= this.#buffer.length / 2;
      const size = isRoomy ? this.#buffer.length : 2 * (length + payload.length);
      const target = isRoomy ? this.#buffer : Buffer.allocUnsafe(size);
      this.#buffer.copy(target, 0, this.#start, this.#end);
      this.#buffer = target;
      this.#start = 0;
      this.#end = length;
    }
    payload.copy(this.#buffer, this.#end);
    this.#end += payload.length;
  }
}

interface RowState {
  readonly readers: readonly ValueReader[];
  /** Whether the DONE behind the last row was read. */
  done: boolean;
}

const END = Symbol("end of the rows");

function readRow(reader: ByteReader, state: RowState): SqlValue[] | typeof END {
  const token = reader.u8();
  switch (token) {
    case TOKEN.row:
      return state.readers.map((read) => read(reader));
    case TOKEN.nbcRow: {
      const bitmap = reader.bytes(Math.ceil(state.readers.length / 8));
      return state.readers.map((read, index) =>
        ((bitmap[index >> 3] ?? 0) & (1 << (index & 7))) === 0 ? read(reader) : null,
      );
    }
    case TOKEN.done:
      reader.skip(12);
      state.done = true;
      return END;
    default:
      throw new ProtocolError("a bulk load has a token that is no row");
  }
}
