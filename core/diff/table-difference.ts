import type { SchemaTable } from "../../schemas/sql-server-schema.ts";
import type { RowFormat } from "../resource/row-format.ts";
import type { PointReader, StoredObject } from "../vault/vault.ts";
import type { Pair } from "./aligner.ts";
import { type DiffRow, type RowKey, readDiffRows } from "./diff-row.ts";
import { differingStretches, type Stretch, unitsWithoutPartner } from "./differing-units.ts";
import { alignRows, joinInPasses, type RowSource, type RowSources } from "./join-rows.ts";
import { readUnits } from "./read-units.ts";
import { RowComparison, type RowDifference } from "./row-comparison.ts";
import { type RowUnit, unitsOf } from "./row-units.ts";
import { type Matching, matchingOf } from "./table-key.ts";

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

/** Compares one table. What is equal in both points is not read. */
export class TableComparison {
  readonly matching: Matching;
  readonly #sides: TableSides;
  readonly #signal: AbortSignal | undefined;
  readonly #comparison: RowComparison;

  /** `key`: the names of the columns by which rows are matched; the best ones without it. */
  constructor(
    sides: TableSides,
    { signal, key }: { readonly signal?: AbortSignal; readonly key?: readonly string[] } = {},
  ) {
    const { before, after } = sides;
    this.#sides = sides;
    this.#signal = signal;
    this.#comparison = new RowComparison({ before: before.format, after: after.format });
    const schemas = { before: before.schema, after: after.schema };
    this.matching = matchingOf(schemas, this.#comparison.shared, key);
  }

  /** Whether both are known to be equal before anything is read. */
  get isEqual(): boolean {
    const { before, after } = this.#sides;
    const contents = [before, after].map(({ reader, object }) => reader.contentOf(object.path));
    return this.#canSkip && contents[0] === contents[1];
  }

  get #canSkip(): boolean {
    return this.#comparison.isSameLayout && this.#sides.before.vault === this.#sides.after.vault;
  }

  /** Rows that differ, some at once; of tables with a key in the order of the key. */
  async *differences(): AsyncGenerator<readonly RowDifference[]> {
    if (this.isEqual) return;
    for await (const pairs of this.#pairs()) {
      const differences = pairs.flatMap((pair) => this.#comparison.differenceOf(pair) ?? []);
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
    const how = { format, key: rowKeyOf(this.matching, name) };
    const stored = { reader, path: object.path };
    for await (const bytes of readUnits(stored, units, { signal: this.#signal })) {
      yield readDiffRows(bytes, how);
    }
  }
}

/** The key of the rows of one side. */
export function rowKeyOf({ key }: Matching, name: keyof TableSides): RowKey {
  const byText = key.some(({ isSameForm }) => !isSameForm);
  return { columns: key.map((column) => column[name]), byText };
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
