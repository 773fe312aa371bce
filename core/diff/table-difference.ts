import type { SchemaTable } from "../../schemas/sql-server-schema.ts";
import type { RowFormat } from "../resource/row-format.ts";
import type { PointReader, StoredObject } from "../vault/vault.ts";
import type { Pair } from "./aligner.ts";
import { type CellContent, type DiffRow, type RowKey, readDiffRows } from "./diff-row.ts";
import { differingStretches, type Stretch, unitsWithoutPartner } from "./differing-units.ts";
import { alignRows, joinInPasses, type RowSource, type RowSources } from "./join-rows.ts";
import { type RowUnit, unitsOf } from "./row-units.ts";
import { type Matching, matchingOf, type SharedColumn, sharedColumns } from "./table-key.ts";

/** A table as one point has it. */
export interface TableSide {
  readonly reader: PointReader;
  readonly object: StoredObject;
  readonly format: RowFormat;
  readonly schema: SchemaTable;
  /** Ids of chunks can be compared within one vault. */
  readonly vault: string;
}

export interface TableSides {
  readonly before: TableSide;
  readonly after: TableSide;
}

export interface RowDifference {
  readonly change: "added" | "removed" | "changed";
  readonly before: DiffRow | undefined;
  readonly after: DiffRow | undefined;
  /** Names of the columns whose values differ, of a changed row. */
  readonly columns: readonly string[];
}

/** Compares one table. What is equal in both points is not read. */
export class TableComparison {
  readonly matching: Matching;
  readonly #sides: TableSides;
  readonly #shared: readonly SharedColumn[];
  readonly #signal: AbortSignal | undefined;
  /** Whether equal bytes mean equal rows. */
  readonly #isSameLayout: boolean;

  constructor(sides: TableSides, signal?: AbortSignal) {
    const { before, after } = sides;
    this.#sides = sides;
    this.#signal = signal;
    this.#shared = sharedColumns(before.format.columns, after.format.columns);
    this.matching = matchingOf({ before: before.schema, after: after.schema }, this.#shared);
    const layouts = [before, after].map(({ format }) => JSON.stringify(format.columns));
    this.#isSameLayout = layouts[0] === layouts[1];
  }

  /** Whether both are known to be equal before anything is read. */
  get isEqual(): boolean {
    const { before, after } = this.#sides;
    const contents = [before, after].map(({ reader, object }) => reader.contentOf(object.path));
    return this.#canSkip && contents[0] === contents[1];
  }

  get #canSkip(): boolean {
    return this.#isSameLayout && this.#sides.before.vault === this.#sides.after.vault;
  }

  /** Rows that differ, some at once; of tables with a key in the order of the key. */
  async *differences(): AsyncGenerator<readonly RowDifference[]> {
    if (this.isEqual) return;
    for await (const pairs of this.#pairs()) {
      const differences = pairs.flatMap((pair) => this.#differenceOf(pair) ?? []);
      if (differences.length > 0) yield differences;
    }
  }

  async *#pairs(): AsyncGenerator<readonly Pair<DiffRow>[]> {
    const before = this.#units("before");
    const after = this.#units("after");
    if (!this.matching.isOrdered) {
      yield* joinInPasses(this.#sources(await unitsWithoutPartner(before, after)));
      return;
    }
    for await (const stretches of differingStretches(before, after)) {
      yield* this.#alignAll(stretches);
    }
  }

  /** Reads the units of all stretches in one go on each side. */
  async *#alignAll(stretches: readonly Stretch[]): AsyncGenerator<readonly Pair<DiffRow>[]> {
    const streams = {
      before: this.#rows(
        "before",
        stretches.flatMap(({ before }) => before),
      ),
      after: this.#rows(
        "after",
        stretches.flatMap(({ after }) => after),
      ),
    };
    for (const stretch of stretches) {
      const whole = this.#sources(stretch);
      const begun = {
        before: startedWith(whole.before, streams.before, stretch.before.length),
        after: startedWith(whole.after, streams.after, stretch.after.length),
      };
      yield* alignRows({ before: begun.before.source, after: begun.after.source });
      await begun.before.skipRest();
      await begun.after.skipRest();
    }
  }

  async *#units(name: keyof TableSides): AsyncGenerator<readonly RowUnit[]> {
    const { reader, object, vault } = this.#sides[name];
    const chunks = reader.chunksOf(object.path, { signal: this.#signal });
    for await (const units of unitsOf(chunks)) {
      yield this.#canSkip
        ? units
        : units.map((unit) => ({ ...unit, id: `${name}/${vault}/${unit.id}` }));
    }
  }

  #sources(stretch: Stretch): RowSources {
    const source = (name: keyof TableSides): RowSource => ({
      bytes: stretch[name].reduce((sum, { bytes }) => sum + bytes, 0),
      rows: () => this.#rows(name, stretch[name]),
    });
    return { before: source("before"), after: source("after") };
  }

  /** The rows of each unit. */
  async *#rows(name: keyof TableSides, units: readonly RowUnit[]): Batches {
    const { reader, object, format } = this.#sides[name];
    const how = { format, key: this.#keyOf(name) };
    const signal = this.#signal;
    const chunks = units.flatMap((unit) => unit.chunks);
    const bytesOf = reader.readChunks(object.path, chunks, { signal });
    const read: AsyncIterator<Uint8Array, unknown> = bytesOf[Symbol.asyncIterator]();
    for (const unit of units) {
      signal?.throwIfAborted();
      const bytes = Buffer.allocUnsafeSlow(unit.bytes);
      for (let at = 0; at < unit.bytes; ) {
        const { value, done } = await read.next();
        if (done === true) throw new RangeError("a unit without its chunks. This is a bug.");
        bytes.set(value, at);
        at += value.length;
      }
      yield readDiffRows(bytes, how);
    }
    await read.return?.();
  }

  #keyOf(name: keyof TableSides): RowKey {
    const { key } = this.matching;
    const byText = key.some(({ isSameForm }) => !isSameForm);
    return { columns: key.map((column) => column[name]), byText };
  }

  #differenceOf({ before, after }: Pair<DiffRow>): RowDifference | undefined {
    if (before === undefined) return { change: "added", before, after, columns: [] };
    if (after === undefined) return { change: "removed", before, after, columns: [] };
    const columns = this.#isSameRow(before, after) ? [] : this.#changedColumns(before, after);
    return columns.length === 0 ? undefined : { change: "changed", before, after, columns };
  }

  #isSameRow(before: DiffRow, after: DiffRow): boolean {
    if (!this.#isSameLayout || before.bytes === undefined || after.bytes === undefined)
      return false;
    return Buffer.compare(before.bytes, after.bytes) === 0;
  }

  #changedColumns(before: DiffRow, after: DiffRow): readonly string[] {
    const cells = { before: before.contents(), after: after.contents() };
    return this.#shared
      .filter((column) => !this.#isSameCell(column, cells))
      .map(({ name }) => name);
  }

  #isSameCell(column: SharedColumn, cells: Pair<readonly (CellContent | null)[]>): boolean {
    const one = cells.before?.[column.before] ?? null;
    const other = cells.after?.[column.after] ?? null;
    if (one === null || other === null) return one === other;
    if (column.isSameForm) {
      const isSameWhole = one.length === other.length && one.digest === other.digest;
      return isSameWhole && Buffer.compare(one.bytes, other.bytes) === 0;
    }
    if (one.digest !== null || other.digest !== null) return false;
    return this.#text("before", column, one) === this.#text("after", column, other);
  }

  #text(name: keyof TableSides, column: SharedColumn, { bytes }: CellContent): string {
    return JSON.stringify(
      this.#sides[name].format.value(column[name], bytes),
      (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
    );
  }
}

type Batches = AsyncGenerator<readonly DiffRow[], undefined>;

/** The source whose first reading takes `count` batches from a stream that is under way; later ones read anew. */
function startedWith(whole: RowSource, stream: Batches, count: number) {
  let left = count;
  let isFirst = true;
  async function* underway(): AsyncGenerator<readonly DiffRow[]> {
    while (left > 0) {
      left -= 1;
      const { value } = await stream.next();
      if (value === undefined) return;
      yield value;
    }
  }
  const rows = () => {
    const again = isFirst ? underway() : whole.rows();
    isFirst = false;
    return again;
  };
  const skipRest = async () => {
    for await (const _ of underway()) continue;
  };
  return { source: { ...whole, rows }, skipRest };
}
