import type { CaptureInstance } from "../../storage/change-capture.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { readRow } from "../../storage/row.ts";
import { Transaction } from "../../storage/transaction.ts";
import { compileKeyHash } from "../../values/key-order.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import type { FoundObject } from "../query/environment.ts";
import type { Activation } from "../session/activation.ts";
import { readerOf } from "./lsn-functions.ts";

/** Slots of a change table's own columns. */
const OPERATION = 3;
const MASK = 4;
const HEAD = 5;
const INT: SqlType = { name: "int" };

interface Net {
  readonly first: StoredRow;
  last: StoredRow;
  mask: Uint8Array;
}

/**
 * One row for each key that changed within the range, as it is at the end: 1 deleted, 2 inserted, 4 updated; a row that came and went
 * leaves none. `all with mask` tells which columns updates changed, `all with merge` has 5 for "insert or update"
 * (learn.microsoft.com: cdc.fn_cdc_get_net_changes_<capture_instance>).
 */
export function netChanges(
  instance: CaptureInstance,
  [from, to, option]: readonly SqlValue[],
  { found, activation }: { readonly found: FoundObject; readonly activation: Activation },
): StoredRow[] {
  const word = typeof option === "string" ? option.trim().toLowerCase() : "all";
  const nets = new KeyedChanges(instance);
  for (const row of changeRows(instance, [from ?? null, to ?? null], { found, activation })) {
    nets.take(row);
  }
  return nets.all().flatMap((net) => {
    const operation = netOperation(net);
    if (operation === undefined) return [];
    const isUpsert = word === "all with merge" && operation !== 1;
    const mask = word === "all with mask" && operation === 4 ? net.mask : null;
    return [[net.last[0] ?? null, isUpsert ? 5 : operation, mask, ...net.last.slice(HEAD, -1)]];
  });
}

function netOperation({ first, last }: Net): 1 | 2 | 4 | undefined {
  const [start, end] = [first[OPERATION], last[OPERATION]];
  if (end === 1) return start === 2 ? undefined : 1;
  return start === 2 ? 2 : 4;
}

function* changeRows(
  instance: CaptureInstance,
  [from, to]: readonly [SqlValue, SqlValue],
  { found, activation }: { readonly found: FoundObject; readonly activation: Activation },
): Generator<StoredRow, void, undefined> {
  const store = found.database.tables.get(instance.changeTableId);
  if (store === undefined) return;
  const reader = readerOf(activation);
  const bound = (lsn: SqlValue) => ({ key: [lsn], inclusive: true });
  for (const entries of store.primary.read({ lower: bound(from), upper: bound(to) }, false)) {
    for (const { row } of entries) {
      const values =
        reader === undefined ? (row.deleted ? undefined : row.values) : readRow(row, reader);
      if (values !== undefined && !(values instanceof Transaction)) yield values;
    }
  }
}

/** Changes by key. Old values (3) only matter as the other half of an update. */
class KeyedChanges {
  readonly #slots: readonly number[];
  readonly #hash: (key: readonly SqlValue[]) => string;
  readonly #nets = new Map<string, Net>();

  constructor(instance: CaptureInstance) {
    const indexes = instance.keys.map((key) =>
      instance.columns.findIndex(({ columnId }) => columnId === key),
    );
    this.#slots = indexes.map((index) => HEAD + index);
    this.#hash = compileKeyHash(indexes.map((index) => instance.columns[index]?.type ?? INT));
  }

  take(row: StoredRow): void {
    const operation = row[OPERATION];
    if (operation === 3) return;
    const mask = row[MASK];
    const changed = operation === 4 && mask instanceof Uint8Array ? mask : new Uint8Array();
    const key = this.#hash(this.#slots.map((slot) => row[slot] ?? null));
    const known = this.#nets.get(key);
    if (known === undefined) {
      this.#nets.set(key, { first: row, last: row, mask: changed });
      return;
    }
    known.last = row;
    known.mask = united(known.mask, changed);
  }

  all(): readonly Net[] {
    return [...this.#nets.values()];
  }
}

function united(left: Uint8Array, right: Uint8Array): Uint8Array {
  const length = Math.max(left.length, right.length);
  return Uint8Array.from({ length }, (_, index) => (left[index] ?? 0) | (right[index] ?? 0));
}
