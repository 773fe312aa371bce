import { formatTableName } from "../kit/table-name.ts";
import type { RowFormat } from "../resource/row-format.ts";
import type { PointReader, StoredObject } from "../vault/vault.ts";
import { ChangeLayout } from "./change-layout.ts";
import { changedKeys } from "./changed-keys.ts";
import type { RowKey } from "./diff-row.ts";
import { IMAGE_OVERHEAD } from "./image.ts";
import { hashOf } from "./join-rows.ts";
import type { KeyHistory } from "./key-history.ts";
import { compareRanks, type KeyOrder, keyOrderOf } from "./key-order.ts";
import { type ChangePart, readNetChanges } from "./net-changes.ts";
import { RowComparison, type RowDifference } from "./row-comparison.ts";
import { TableBase } from "./table-base.ts";
import { rowKeyOf, TableComparison, type TableSide, type TableSides } from "./table-difference.ts";
import type { Matching } from "./table-key.ts";

/** Changes of a table that one point has. */
export interface StoredChanges {
  readonly reader: PointReader;
  readonly object: StoredObject;
  readonly format: RowFormat;
}

/** A table as a point of changes has it: rows of an earlier point, and changes upon them in this order. */
export interface TableState {
  readonly rows: TableSide;
  readonly changes: readonly StoredChanges[];
  /** Whether the point is of one moment, so that images before later changes tell what it has. */
  readonly isExact: boolean;
}

export interface TableStates {
  readonly before: TableState;
  readonly after: TableState;
}

/** Bytes of images of changes that are held at once, about; of more, each part is read once for each so many. */
const MOST_HELD = 32 * 1024 * 1024;

type Name = keyof TableStates;

/** Both are put upon the rows of one point: then only what changed between them counts. */
function areShared({ before, after }: TableStates): boolean {
  const [one, other] = [before.rows, after.rows];
  return (
    one.vault === other.vault &&
    one.reader.point.id === other.reader.point.id &&
    one.object.path === other.object.path
  );
}

/** How many changes both have, from the first. */
function commonOf({ before, after }: TableStates): number {
  const differs = before.changes.findIndex(
    ({ reader }, at) => reader.point.id !== after.changes[at]?.reader.point.id,
  );
  return differs < 0 ? before.changes.length : differs;
}

/** Compares a table of which one point at least has changes. Rows are matched by the key that changes are put upon. */
export class ChangedTableComparison {
  readonly matching: Matching;
  readonly #states: TableStates;
  readonly #rows: TableComparison;
  readonly #sides: TableSides;
  readonly #signal: AbortSignal | undefined;
  readonly #isShared: boolean;
  readonly #common: number;
  readonly #comparison: RowComparison;

  constructor(
    states: TableStates,
    { signal, key }: { readonly signal?: AbortSignal; readonly key: readonly string[] },
  ) {
    this.#states = states;
    this.#signal = signal;
    this.#sides = { before: states.before.rows, after: states.after.rows };
    const formats = { before: this.#sides.before.format, after: this.#sides.after.format };
    this.#comparison = new RowComparison(formats);
    this.#rows = new TableComparison(this.#sides, { ...(signal && { signal }), key });
    this.matching = this.#rows.matching;
    this.#isShared = areShared(states);
    this.#common = this.#isShared ? commonOf(states) : 0;
  }

  /** Rows that differ, some at once; the first `shown` of them have all values. */
  async *differences({
    shown = Number.POSITIVE_INFINITY,
  }: {
    readonly shown?: number;
  } = {}): AsyncGenerator<readonly RowDifference[]> {
    const rest = { before: this.#rest("before"), after: this.#rest("after") };
    const passes = passesOf([...rest.before, ...rest.after]);
    let left = shown;
    for (let pass = 0; pass < passes; pass += 1) {
      const isWanted = (key: string) => passes === 1 || hashOf(key) % passes === pass;
      for await (const found of this.#pass(rest, isWanted, left)) {
        left = Math.max(0, left - found.length);
        yield found;
      }
    }
  }

  #rest(name: Name): readonly StoredChanges[] {
    return this.#states[name].changes.slice(this.#common);
  }

  async *#pass(
    rest: Readonly<Record<Name, readonly StoredChanges[]>>,
    isWanted: (key: string) => boolean,
    shown: number,
  ): AsyncGenerator<readonly RowDifference[]> {
    const before = await this.#side("before", rest.before, isWanted);
    const own = await this.#side("after", rest.after, isWanted);
    const isShared = this.#isShared;
    const after = isShared ? { ...own, base: before.base } : own;
    let left = shown;
    if (!isShared) {
      const isUntouched = (key: string) =>
        isWanted(key) && !before.net.has(key) && !after.net.has(key);
      for await (const found of this.#rows.differences()) {
        const kept = found.filter((one) => isUntouched((one.before ?? one.after)?.key ?? ""));
        left = Math.max(0, left - kept.length);
        if (kept.length > 0) yield kept;
      }
    }
    const comparison = this.#comparison;
    const hasLarge = this.#sides.before.format.columns.some(({ large }) => large !== "no");
    const tellsFormer = isShared && this.#tellsFormer(rest);
    const sides = { before, after, isShared, tellsFormer, comparison, hasLarge };
    const signal = this.#signal;
    yield* changedKeys(sides, { shown: left, signal });
  }

  /** Images before changes tell what stands in a point of one moment. */
  #tellsFormer(rest: Readonly<Record<Name, readonly StoredChanges[]>>): boolean {
    const { before, after } = this.#states;
    if (rest.before.length === 0) return before.isExact;
    return rest.after.length === 0 && after.isExact;
  }

  async #side(name: Name, rest: readonly StoredChanges[], isWanted: (key: string) => boolean) {
    const { rows, changes } = this.#states[name];
    const key = rowKeyOf(this.matching, name);
    const how = { table: formatTableName(rows.schema), told: toldColumns(rows.format, key) };
    const asPart = (stored: StoredChanges) => partOf(stored, rows, key);
    const signal = this.#signal;
    const net = await readNetChanges(rest.map(asPart), { ...how, isWanted, signal });
    const earlier = changes.slice(0, this.#common).map(asPart);
    const order = key.byText ? undefined : keyOrderOf(rows.schema, { format: rows.format, key });
    const { reader, object, format } = rows;
    const base = new TableBase({ reader, path: object.path, format, key, order }, earlier, how);
    return { net: inOrder(net.keys, order, key), base, key: key.columns };
  }
}

/** Changes as they are read upon those rows. */
export function partOf(
  { reader, object, format }: StoredChanges,
  { schema, format: rows }: TableSide,
  key: RowKey,
): ChangePart {
  const table = formatTableName(schema);
  return { reader, path: object.path, layout: new ChangeLayout(format, { table, rows, key }) };
}

/** Columns that every image tells, beside the key. */
export function toldColumns({ columns }: RowFormat, key: RowKey): readonly number[] {
  const others = new Set(key.columns);
  return columns.flatMap(({ large }, at) => (large === "no" && !others.has(at) ? [at] : []));
}

/** As rows come, where that is known; else as they were first changed. */
function inOrder(
  keys: ReadonlyMap<string, KeyHistory>,
  order: KeyOrder | undefined,
  key: RowKey,
): ReadonlyMap<string, KeyHistory> {
  if (order === undefined) return keys;
  const ranked = [...keys].map(([name, history]) => {
    const cells = history.sample.cells();
    const contents = key.columns.map((column) => cells[column]?.bytes ?? null);
    return { entry: [name, history] as const, rank: order.rankOf(contents) };
  });
  const sorted = ranked.sort((one, other) => compareRanks(one.rank, other.rank));
  return new Map(sorted.map(({ entry }) => entry));
}

/** Parts by keys, each with changes that can be held. */
export function passesOf(changes: readonly StoredChanges[]): number {
  const held = changes.reduce((sum, { object }) => {
    return sum + object.bytes + Number(object.attributes["rows"] ?? 0) * IMAGE_OVERHEAD;
  }, 0);
  return Math.max(1, Math.ceil(held / MOST_HELD));
}
