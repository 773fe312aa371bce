import type { StoredRow } from "../../storage/columns.ts";
import type { Row } from "../../storage/row.ts";
import type { ForeignKey, ReferentialAction, Table } from "../../storage/schema-object.ts";
import type { StoredIndex } from "../../storage/stored-index.ts";
import type { TableStore } from "../../storage/table-store.ts";
import { Blocked, type Transaction } from "../../storage/transaction.ts";
import { compileKeyHash } from "../../values/key-order.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { slotOfColumn } from "../query/table-scan.ts";
import { type Task, untilUnblocked } from "../suspension.ts";
import type { ChangeVerb } from "./row-rules.ts";
import { TableWriter } from "./table-writer.ts";

/** What a statement changed in a table. */
export type ChangedTable = Pick<TableWriter, "parts" | "rules" | "changes">;

/** Foreign keys are looked at when a statement has made all its changes. Cascades make more changes, and are looked at in turn. */
export function* checkForeignKeys(writer: ChangedTable): Task {
  for (const key of writer.rules.outgoing) yield* checkReferences(key, writer);
  for (const key of writer.rules.incoming) yield* followReferences(key, writer);
}

interface KeySides {
  readonly parent: Table;
  readonly child: Table;
  readonly parentSlots: readonly number[];
  readonly childSlots: readonly number[];
}

function sidesOf(key: ForeignKey, writer: ChangedTable): KeySides {
  const { database } = writer.parts.found;
  const parent = database.findTable(key.referencedId);
  const child = database.findTable(key.parentId);
  if (parent === undefined || child === undefined) {
    throw new Error(`Foreign key ${key.name} has lost a table. This is a bug.`);
  }
  return {
    parent,
    child,
    parentSlots: key.columns.map(({ referenced }) => slotOfColumn(parent, referenced)),
    childSlots: key.columns.map(({ column }) => slotOfColumn(child, column)),
  };
}

function pick(row: StoredRow, slots: readonly number[]): SqlValue[] {
  return slots.map((slot) => row[slot] ?? null);
}

/** Every new value of the referencing columns must stand in the referenced table. */
function* checkReferences(key: ForeignKey, writer: ChangedTable): Task {
  const sides = sidesOf(key, writer);
  const { database } = writer.parts.found;
  const index = database.tables.get(sides.parent.objectId)?.findIndex(key.referencedIndexId);
  if (index === undefined) refuseDisabledIndex(key, sides.parent);
  const order = index.layout.keys.map(({ ordinal }) => sides.parentSlots.indexOf(ordinal));
  const hash = compileKeyHash(index.layout.keys.map(({ type }) => type));
  const known = new Set<string>();
  for (const { before, after } of writer.changes) {
    if (after === undefined) continue;
    const values = pick(after, sides.childSlots);
    if (values.includes(null)) continue;
    const wanted = order.map((position) => values[position] ?? null);
    const text = hash(wanted);
    if (known.has(text)) continue;
    if (before !== undefined && hash(pick(before, sides.childSlots)) === hash(values)) continue;
    const parent = yield* untilUnblocked(() => index.findLiveRow(wanted, writer.parts.transaction));
    if (parent === undefined)
      refuse(key, { verb: writer.parts.verb, writer, sides, isParent: true });
    known.add(text);
  }
}

/** An enabled key over a disabled index: nothing can tell whether its values are there. */
function refuseDisabledIndex(key: ForeignKey, parent: Table): never {
  const index = parent.indexes.find(({ indexId }) => indexId === key.referencedIndexId);
  raise(
    8655,
    `The query processor is unable to produce a plan because the index '${index?.name ?? ""}' on table or view '${parent.name}' is disabled.`,
  );
}

interface Refusal {
  readonly verb: ChangeVerb;
  readonly writer: ChangedTable;
  readonly sides: KeySides;
  readonly isParent: boolean;
}

function refuse(key: ForeignKey, { verb, writer, sides, isParent }: Refusal): never {
  const { database } = writer.parts.found;
  const table = isParent ? sides.parent : sides.child;
  const slots = isParent ? sides.parentSlots : sides.childSlots;
  const schema = database.catalog.schemas.get(table.schemaId)?.name ?? "dbo";
  const isSelf = sides.parent === sides.child;
  const kind = !isParent
    ? isSelf
      ? "SAME TABLE REFERENCE"
      : "REFERENCE"
    : isSelf
      ? "FOREIGN KEY SAME TABLE"
      : "FOREIGN KEY";
  const column = slots.length === 1 ? `, column '${table.columns[slots[0] ?? 0]?.name ?? ""}'` : "";
  raise(
    547,
    `The ${verb} statement conflicted with the ${kind} constraint "${key.name}". The conflict occurred in database "${database.options.name}", table "${schema}.${table.name}"${column}.`,
    { state: 0 },
  );
}

/** Rows that refer to a key that is gone: refused, or changed as the key says. */
function* followReferences(key: ForeignKey, writer: ChangedTable): Task {
  const sides = sidesOf(key, writer);
  const hash = compileKeyHash(
    sides.parentSlots.map((slot) => sides.parent.columns[slot]?.type ?? { name: "int" }),
  );
  const gone = goneKeys(writer, { sides, hash });
  if (gone.size === 0) return;
  const { database } = writer.parts.found;
  const store = database.tables.get(sides.child.objectId);
  if (store === undefined) return;
  const children = yield* findChildren(store, {
    sides,
    gone,
    hash,
    transaction: writer.parts.transaction,
  });
  if (children.length === 0) return;
  const isDelete = (row: Row): boolean =>
    gone.get(hash(pick(row.values, sides.childSlots)))?.after === undefined;
  const deleted = children.filter(isDelete);
  const updated = children.filter((row) => !isDelete(row));
  yield* applyAction(key, deleted, {
    action: key.onDelete,
    verb: "DELETE",
    writer,
    sides,
    after: () => undefined,
  });
  yield* applyAction(key, updated, {
    action: key.onUpdate,
    verb: "UPDATE",
    writer,
    sides,
    after: (row) => {
      const change = gone.get(hash(pick(row.values, sides.childSlots)));
      return change?.after === undefined ? undefined : pick(change.after, sides.parentSlots);
    },
  });
}

interface GoneKey {
  readonly key: readonly SqlValue[];
  readonly after: StoredRow | undefined;
}

/** Keys that stood in the referenced table before the statement and stand there no more. */
function goneKeys(
  writer: ChangedTable,
  {
    sides,
    hash,
  }: { readonly sides: KeySides; readonly hash: (key: readonly SqlValue[]) => string },
): Map<string, GoneKey> {
  const gone = new Map<string, GoneKey>();
  for (const { before, after } of writer.changes) {
    if (before === undefined) continue;
    const key = pick(before, sides.parentSlots);
    if (key.includes(null)) continue;
    if (after !== undefined && hash(pick(after, sides.parentSlots)) === hash(key)) continue;
    gone.set(hash(key), { key, after });
  }
  for (const { after } of writer.changes) {
    if (after !== undefined) gone.delete(hash(pick(after, sides.parentSlots)));
  }
  return gone;
}

interface ChildSearch {
  readonly sides: KeySides;
  readonly gone: ReadonlyMap<string, GoneKey>;
  readonly hash: (key: readonly SqlValue[]) => string;
  readonly transaction: Transaction;
}

function* findChildren(store: TableStore, search: ChildSearch): Task<Row[]> {
  const { sides, gone, hash } = search;
  const index = store.indexes.find((item) => startsWith(item, sides.childSlots));
  const found = new Set<Row>();
  if (index !== undefined && gone.size < store.rowCount / 4) {
    for (const { key } of gone.values()) {
      const wanted = index.layout.keys
        .slice(0, key.length)
        .map(({ ordinal }) => key[sides.childSlots.indexOf(ordinal)] ?? null);
      const bound = { key: wanted, inclusive: true };
      yield* collect(index.read({ lower: bound, upper: bound }, false), search, found);
    }
  } else {
    yield* collect(
      store.primary.read({ lower: undefined, upper: undefined }, false),
      search,
      found,
    );
  }
  return [...found].filter((row) => gone.has(hash(pick(row.values, sides.childSlots))));
}

function startsWith(index: StoredIndex, slots: readonly number[]): boolean {
  const first = index.layout.keys.slice(0, slots.length).map(({ ordinal }) => ordinal);
  return first.length === slots.length && slots.every((slot) => first.includes(slot));
}

function* collect(
  batches: Iterable<readonly { readonly row: Row }[]>,
  { sides, gone, hash, transaction }: ChildSearch,
  found: Set<Row>,
): Task {
  for (const entries of batches) {
    for (const { row } of entries) {
      const key = pick(row.values, sides.childSlots);
      if (key.includes(null) || !gone.has(hash(key))) continue;
      yield* untilUnblocked(() => {
        if (row.writer !== undefined && row.writer !== transaction) throw new Blocked(row.writer);
      });
      if (!row.deleted) found.add(row);
    }
  }
}

interface ActionWork {
  readonly action: ReferentialAction;
  readonly verb: "DELETE" | "UPDATE";
  readonly writer: ChangedTable;
  readonly sides: KeySides;
  readonly after: (row: Row) => readonly SqlValue[] | undefined;
}

function* applyAction(key: ForeignKey, rows: readonly Row[], work: ActionWork): Task {
  if (rows.length === 0) return;
  const { action, verb, writer, sides } = work;
  if (action === "NO_ACTION")
    refuse(key, { verb: writer.parts.verb, writer, sides, isParent: false });
  const isDelete = verb === "DELETE" && action === "CASCADE";
  const { database } = writer.parts.found;
  const child = new TableWriter(
    {
      ...writer.parts,
      found: { database, table: sides.child },
      verb: isDelete ? "DELETE" : "UPDATE",
    },
    true,
  );
  yield* child.open();
  if (isDelete) for (const row of rows) yield* child.delete(row);
  else yield* child.update(rows.map((row) => ({ row, values: childValues(row, child, work) })));
  yield* checkForeignKeys(child);
}

function childValues(
  row: Row,
  child: TableWriter,
  { action, sides, after }: ActionWork,
): SqlValue[] {
  const values = [...row.values];
  const parent = after(row);
  for (const [position, slot] of sides.childSlots.entries()) {
    if (action === "SET_NULL") values[slot] = null;
    else if (action === "CASCADE") values[slot] = parent?.[position] ?? null;
    else
      values[slot] =
        child.defaultOf(slot)?.evaluate({ row: [], outer: undefined, run: child.parts.run }) ??
        null;
  }
  return values;
}
