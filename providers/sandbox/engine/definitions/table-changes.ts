import type { StoredRow } from "../../storage/columns.ts";
import type { SchemaObject, Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { type Duplicate, TableStore } from "../../storage/table-store.ts";
import { Blocked, type Transaction } from "../../storage/transaction.ts";
import { raise } from "../../values/sql-exception.ts";
import { duplicateMessage } from "../changes/duplicates.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { resourceOf } from "../session/read-locks.ts";

import type { SessionCore } from "../session/session-core.ts";
import { datetimeNow } from "../session/system-context.ts";
import type { Task } from "../suspension.ts";
import { tableLayouts } from "./table-layout.ts";

export interface TablePlace {
  readonly core: SessionCore;
  readonly database: StoredDatabase;
  readonly transaction: Transaction;
  readonly environment: CompileEnvironment;
}

/** Puts a table that has no rows yet into the catalog and the storage. */
export function keepNewTable(
  table: Table,
  constraints: readonly SchemaObject[],
  place: TablePlace,
): void {
  const { core, database, transaction, environment } = place;
  database.catalog.objects.set(table.objectId, table, transaction.journal);
  const store = new TableStore(tableLayouts(table, environment), core.server.log);
  database.tables.set(table.objectId, store, transaction.journal);
  noteChange(place, table.objectId);
  for (const object of constraints) {
    database.catalog.objects.set(object.objectId, object, transaction.journal);
  }
}

/** Waits until nobody else uses the table, and keeps it for the transaction. */
export function* lockDefinition(table: Table, { core, database, transaction }: TablePlace): Task {
  for (;;) {
    try {
      core.server.log.locks.acquire(transaction, resourceOf({ database, table }), "schema");
      noteChange({ database, transaction, core }, table.objectId);
      return;
    } catch (failure) {
      if (!(failure instanceof Blocked)) throw failure;
      yield { kind: "blocked", by: failure.by };
    }
  }
}

/** Snapshots that are older than the change must not look at the object any more (3961). */
export function noteChange(
  { database, transaction, core }: Pick<TablePlace, "database" | "transaction" | "core">,
  objectId: number,
): void {
  transaction.databases.add(database.databaseId);
  const before = database.changedAt.get(objectId);
  database.changedAt.set(objectId, core.server.log.stamp + 1);
  transaction.record({
    undo: () => {
      if (before === undefined) database.changedAt.delete(objectId);
      else database.changedAt.set(objectId, before);
    },
    commit: (stamp) => {
      database.changedAt.set(objectId, stamp);
    },
  });
}

/** Puts a changed definition whose rows and indexes stay as they are. */
export function putTable(
  table: Table,
  { core, database, transaction }: Pick<TablePlace, "core" | "database" | "transaction">,
): void {
  const modifyDate = datetimeNow(core.parts.now());
  database.catalog.objects.set(table.objectId, { ...table, modifyDate }, transaction.journal);
  transaction.databases.add(database.databaseId);
}

/**
 * Puts a changed definition in the place of another. When rows or indexes change with it, all rows are written anew:
 * `convert` gives each row its new form. Throws 1505 when a unique index finds equal keys.
 */
export function* replaceTable(
  table: Table,
  place: TablePlace,
  convert: ((row: StoredRow) => StoredRow) | undefined,
): Task {
  const { core, database, transaction, environment } = place;
  database.catalog.objects.set(table.objectId, table, transaction.journal);
  transaction.databases.add(database.databaseId);
  const before = database.tables.get(table.objectId);
  if (before === undefined) return;
  const store = new TableStore(tableLayouts(table, environment), core.server.log);
  let count = 0;
  for (const entries of before.primary.read({ lower: undefined, upper: undefined }, false)) {
    for (const { row } of entries) {
      if (row.deleted) continue;
      const values = convert === undefined ? row.values : convert(row.values);
      const duplicate = store.findDuplicate(values, transaction);
      if (duplicate !== undefined) refuseEqualKeys(table, duplicate, database);
      store.load(values, row.stamp);
      count += 1;
    }
    if (count % 8_192 < entries.length) yield { kind: "pause" };
  }
  database.tables.set(table.objectId, store, transaction.journal);
}

function refuseEqualKeys(table: Table, duplicate: Duplicate, database: StoredDatabase): never {
  const { shownTable, shownKey } = duplicateMessage(table, duplicate, database);
  raise(
    1505,
    `The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the object name '${shownTable}' and the index name '${duplicate.index.name}'. The duplicate key value is ${shownKey}.`,
  );
}
