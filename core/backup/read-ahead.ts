import type { Abortable } from "../kit/abortable.ts";
import type {
  CapturedTable,
  DatabaseCapture,
  ReadBehind,
  RowSlice,
  TableRows,
} from "../resource/database-capture.ts";

/** What is held of tables whose turn has not come, in bytes, in all. */
export const ROOM = 4 * 1024 * 1024;
/** The end and the hash of a row. */
const ROW_COST = 16;

export type TablesToRead = Pick<DatabaseCapture, "tables" | "rows" | "atOnce">;

/** A table that is read, or was, before its turn. */
interface Reading {
  readonly table: CapturedTable;
  /** Of the room: what the server says of the table's size, then what came of it. */
  claim: number;
  readonly held: Promise<HeldRows | undefined>;
}

interface HeldRows {
  readonly metadata: Uint8Array;
  readonly slices: RowSlice[];
}

/**
 * Reads small tables before their turn, over connections of their own, while the one whose turn it is is stored. Whoever asks
 * for table after table gets the same rows in the same order as without, so that what is stored does not depend on it. Only
 * what fits into the room is read, and to its end: no statement waits half-read, with its locks, for a turn that may be hours
 * away. What could not be read before its turn is read at its turn; so a source of one connection is never read ahead: it may
 * hold a transaction open, which is gone with the statement that failed, and what is read after that would be of another moment.
 */
export class ReadAhead implements AsyncDisposable {
  readonly #source: TablesToRead;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #readings = new Map<CapturedTable, Reading>();
  /** Histories that were not read to their end. */
  readonly #histories: Set<CapturedTable>;
  /** The number of the first table that may be read before its turn. */
  #next = 0;
  /** Statements under way. */
  #active = 0;
  #claimed = 0;
  /** Called when a connection is free for the table whose turn it is. */
  #waiting: (() => void) | undefined;
  /** Something failed that was read before its turn: nothing more is, until a table was read well at its own. */
  #isTroubled = false;

  constructor(source: TablesToRead, { signal }: Abortable) {
    this.#source = source;
    this.#signal = AbortSignal.any([this.#stop.signal, ...(signal ? [signal] : [])]);
    this.#histories = new Set(source.tables.filter(({ isHistory }) => isHistory === true));
  }

  /** At the table's turn, and again where what it gave could not be read to its end. */
  async open(table: CapturedTable): Promise<TableRows> {
    const from = Math.max(0, this.#next - 1);
    this.#next = Math.max(this.#next, this.#source.tables.indexOf(table, from) + 1);
    const reading = this.#readings.get(table);
    this.#readings.delete(table);
    const held = await reading?.held;
    if (reading === undefined || held === undefined) return this.#readNow(table);
    return { metadata: held.metadata, slices: this.#giveOut(reading, held) };
  }

  /** Ends what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#readings.values()].map(({ held }) => held));
  }

  async #readNow(table: CapturedTable): Promise<TableRows> {
    await this.#freeConnection();
    try {
      const rows = await this.#begun(table);
      const behind = () => {
        const read = rows.behind?.();
        return read && ((options?: Abortable) => this.#readBehind(table, () => read(options)));
      };
      return { ...rows, slices: this.#watched(table, rows.slices), behind };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Its statement comes before any that is read ahead, and has the only session where the server gives no second one. */
  async #begun(table: CapturedTable): Promise<TableRows> {
    const options = { signal: this.#signal };
    const begun = this.#source.rows(table, options);
    this.#goOn();
    try {
      return await begun;
    } catch (error) {
      if (this.#active === 1 || this.#signal.aborted) throw error;
    }
    this.#isTroubled = true;
    await Promise.all([...this.#readings.values()].map(({ held }) => held));
    return this.#source.rows(table, options);
  }

  async #readBehind(table: CapturedTable, read: ReadBehind) {
    await this.#freeConnection();
    let slices: AsyncIterable<RowSlice> | undefined;
    try {
      slices = await read();
    } finally {
      if (slices === undefined) this.#end();
    }
    return slices && this.#watched(table, slices);
  }

  /** Counts the statement to come. What is read ahead is small, so it ends soon. */
  async #freeConnection(): Promise<void> {
    const { atOnce = 1 } = this.#source;
    if (this.#active < atOnce) {
      this.#active += 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting = resolve;
    await promise;
  }

  /** A statement has ended. The table whose turn it is takes its place. */
  #end(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) {
      waiting();
      return;
    }
    this.#active -= 1;
    this.#goOn();
  }

  async *#watched(table: CapturedTable, slices: AsyncIterable<RowSlice>): AsyncGenerator<RowSlice> {
    try {
      yield* slices;
      this.#histories.delete(table);
      this.#isTroubled = false;
    } finally {
      this.#end();
    }
  }

  async *#giveOut(reading: Reading, { slices }: HeldRows): AsyncGenerator<RowSlice> {
    for (let slice = slices.shift(); slice !== undefined; slice = slices.shift()) {
      yield await Promise.resolve(slice);
      this.#claim(reading, reading.claim - costOf(slice));
    }
    this.#claim(reading, 0);
    this.#goOn();
  }

  /** Begins to read whatever may be read now. */
  #goOn(): void {
    const { atOnce = 1 } = this.#source;
    if (atOnce === 1) return;
    while (this.#active < atOnce && !this.#isTroubled && !this.#signal.aborted) {
      const table = this.#takeNext();
      if (table === undefined) return;
      this.#begin(table);
    }
  }

  #begin(table: CapturedTable): void {
    this.#active += 1;
    const { promise, resolve } = Promise.withResolvers<HeldRows | undefined>();
    const reading = { table, claim: 0, held: promise };
    this.#claim(reading, table.estimatedBytes);
    this.#readings.set(table, reading);
    void this.#readTo(reading).then((held) => {
      if (held === undefined) this.#claim(reading, 0);
      resolve(held);
      this.#end();
    });
  }

  /** A table that does not fit into the whole room waits for its turn. One that does not fit now keeps its place. */
  #takeNext(): CapturedTable | undefined {
    const { tables } = this.#source;
    for (let next = tables[this.#next]; next !== undefined; next = tables[this.#next]) {
      const mayBegin = next.isHistory === true || this.#histories.size === 0;
      if (!mayBegin) return undefined;
      const isSmall = next.estimatedBytes <= ROOM;
      if (isSmall && this.#claimed + next.estimatedBytes > ROOM) return undefined;
      this.#next += 1;
      if (isSmall) return next;
    }
    return undefined;
  }

  /** Never rejects: undefined where there was more than fits, and where something failed, which will be told at the table's turn. */
  async #readTo(reading: Reading): Promise<HeldRows | undefined> {
    const { table } = reading;
    const held: RowSlice[] = [];
    let cost = 0;
    try {
      const { metadata, slices } = await this.#source.rows(table, { signal: this.#signal });
      for await (const slice of slices) {
        cost += costOf(slice);
        this.#claim(reading, Math.max(reading.claim, cost));
        if (this.#claimed > ROOM) return undefined;
        held.push({ ...slice, bytes: new Uint8Array(slice.bytes) });
      }
      this.#claim(reading, cost);
      this.#histories.delete(table);
      return { metadata, slices: held };
    } catch {
      this.#isTroubled = true;
      return undefined;
    }
  }

  #claim(reading: Reading, bytes: number): void {
    this.#claimed += bytes - reading.claim;
    reading.claim = bytes;
  }
}

function costOf({ bytes, rowEnds }: RowSlice): number {
  return bytes.length + ROW_COST * rowEnds.length;
}
