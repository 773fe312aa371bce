import { failure } from "../diagnostics/diagnostic.ts";
import type { Abortable } from "../kit/abortable.ts";
import { formatTableName } from "../kit/table-name.ts";
import { replayKeyOf } from "../resource/replay-key.ts";
import {
  partOf,
  passesOf,
  type TableState,
  type TableStates,
  toldColumns,
} from "./changed-table.ts";
import { type DiffRow, keyText, type RowKey, readDiffRows } from "./diff-row.ts";
import { rowOfCells } from "./image.ts";
import { hashOf, joinInPasses } from "./join-rows.ts";
import type { KeyHistory } from "./key-history.ts";
import { readNetChanges } from "./net-changes.ts";
import { readAllUnits } from "./read-units.ts";
import { RowComparison, type RowDifference } from "./row-comparison.ts";
import { type StandingRow, standing } from "./table-base.ts";
import { rowKeyOf } from "./table-difference.ts";
import { type Matching, matchingOf } from "./table-key.ts";

const BATCH = 500;

/** All rows of a table at a point of changes, matched by any key: reads everything. */
class StateRows {
  readonly #state: TableState;
  readonly #key: RowKey;
  readonly #options: Abortable;

  constructor(state: TableState, key: RowKey, options: Abortable) {
    this.#state = state;
    this.#key = key;
    this.#options = options;
  }

  get bytes(): number {
    const { rows, changes } = this.#state;
    return changes.reduce((sum, { object }) => sum + object.bytes, rows.object.bytes);
  }

  async *rows(): AsyncGenerator<readonly DiffRow[]> {
    const { rows, changes } = this.#state;
    const own = changes.length === 0 ? undefined : ownKeyOf(this.#state);
    const passes = passesOf(changes);
    for (let pass = 0; pass < passes; pass += 1) {
      const isWanted = (key: string) => passes === 1 || hashOf(key) % passes === pass;
      const left = new Map(await this.#net(own, isWanted));
      const stored = { reader: rows.reader, path: rows.object.path };
      for await (const bytes of readAllUnits(stored, this.#options)) {
        yield this.#changed(bytes, { own, left, isWanted });
      }
      const added = [...left].flatMap(([, history]) => this.#row(standing(history, null)) ?? []);
      for (let at = 0; at < added.length; at += BATCH) yield added.slice(at, at + BATCH);
    }
  }

  async #net(own: RowKey | undefined, isWanted: (key: string) => boolean) {
    const { rows, changes } = this.#state;
    if (own === undefined) return new Map<string, KeyHistory>();
    const table = formatTableName(rows.schema);
    const told = toldColumns(rows.format, own);
    const parts = changes.map((stored) => partOf(stored, rows, own));
    const { keys } = await readNetChanges(parts, { table, told, isWanted, ...this.#options });
    return keys;
  }

  /** Stored rows with what changed of them; takes these out of `left`. */
  #changed(
    bytes: Uint8Array,
    {
      own,
      left,
      isWanted,
    }: {
      readonly own: RowKey | undefined;
      readonly left: Map<string, KeyHistory>;
      readonly isWanted: (key: string) => boolean;
    },
  ): readonly DiffRow[] {
    const { format } = this.#state.rows;
    const rows = readDiffRows(bytes, { format, key: this.#key });
    if (own === undefined) return rows;
    const keys = readDiffRows(bytes, { format, key: own }).map(({ key }) => key);
    return rows.flatMap((row, at) => {
      const key = keys[at] ?? "";
      if (!isWanted(key)) return [];
      const history = left.get(key);
      if (history === undefined) return [row];
      left.delete(key);
      return this.#row(standing(history, row.contents())) ?? [];
    });
  }

  #row(cells: StandingRow | undefined): DiffRow | undefined {
    if (cells === undefined || cells === null) return undefined;
    const { format, schema } = this.#state.rows;
    const contents = this.#key.columns.map((column) => cells[column] ?? null);
    if (contents.some((cell) => cell !== null && cell.digest !== null)) throw tooLong(schema);
    const bytes = contents.map((cell) => cell?.bytes ?? null);
    return rowOfCells(keyText(bytes, this.#key, format), cells);
  }
}

function ownKeyOf({ rows: { schema, format } }: TableState): RowKey {
  const names = replayKeyOf(schema) ?? [];
  const columns = names.map((name) => format.columns.findIndex((each) => each.name === name));
  if (columns.length > 0 && !columns.includes(-1)) return { columns, byText: false };
  throw failure({
    code: "DIFF_UNSUPPORTED",
    summary: "Changes without a key",
    detail: `There are changes of ${formatTableName(schema)}, but its schema in the recovery point has no key that would tell which rows they are of. Compare other tables with -table.`,
  });
}

function tooLong(schema: { readonly schema: string; readonly name: string }): Error {
  return failure({
    code: "DIFF_UNSUPPORTED",
    summary: "Rows cannot be matched",
    detail: `The two points have no key of ${formatTableName(schema)} in common, and its rows have values above 1 MiB, so whole rows cannot be matched. Compare other tables with -table.`,
  });
}

/** Reads all of them. */
export async function countRows(state: TableState, options: Abortable): Promise<number> {
  const key = { columns: [], byText: false };
  let count = 0;
  for await (const rows of new StateRows(state, key, options).rows()) count += rows.length;
  return count;
}

/** Compares tables whose points do not have the key of the changes in common. */
export class StateComparison {
  readonly matching: Matching;
  readonly #states: TableStates;
  readonly #comparison: RowComparison;
  readonly #options: Abortable;

  constructor(states: TableStates, options: Abortable) {
    const { before, after } = states;
    this.#states = states;
    this.#options = options;
    this.#comparison = new RowComparison({
      before: before.rows.format,
      after: after.rows.format,
    });
    const schemas = { before: before.rows.schema, after: after.rows.schema };
    this.matching = matchingOf(schemas, this.#comparison.shared);
  }

  async *differences(): AsyncGenerator<readonly RowDifference[]> {
    const sourceOf = (name: keyof TableStates) => {
      const state = this.#states[name];
      const rows = new StateRows(state, rowKeyOf(this.matching, name), this.#options);
      return { bytes: rows.bytes, rows: () => rows.rows() };
    };
    for await (const pairs of joinInPasses({
      before: sourceOf("before"),
      after: sourceOf("after"),
    })) {
      const found = pairs.flatMap((pair) => this.#comparison.differenceOf(pair) ?? []);
      if (found.length > 0) yield found;
    }
  }
}
