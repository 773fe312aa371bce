import type { TruncateStatement } from "../../parser/ast-changes.ts";
import { TableStore } from "../../storage/table-store.ts";
import { raise } from "../../values/sql-exception.ts";
import { refuseTruncate } from "../capture/definition-capture.ts";
import { openTable } from "../definitions/alter-table.ts";
import { lockDefinition } from "../definitions/table-changes.ts";
import { tableLayouts } from "../definitions/table-layout.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import type { Task } from "../suspension.ts";
import { longName } from "./row-times.ts";

/** Empties a table and starts its identity anew. */
export function* executeTruncate(
  { table: name }: TruncateStatement,
  activation: Activation,
  environment: CompileEnvironment,
): Task {
  const found = findObject(name, baseOf(activation), activation);
  const { table, place } = openTable(found, shownName(name), { activation, environment });
  const { database, core, transaction } = place;
  refuseTruncate(table, database, shownName(name));
  const key = database.catalog
    .objectsOfType("F")
    .find((item) => item.referencedId === table.objectId && item.parentId !== table.objectId);
  if (key !== undefined) {
    raise(
      4712,
      `Cannot truncate table '${shownName(name)}' because it is being referenced by a FOREIGN KEY constraint.`,
    );
  }
  if (table.versioning !== undefined || table.historyOf !== undefined) {
    raise(
      13_545,
      `Truncate failed on table '${longName({ database, table })}' because it is not a supported operation on system-versioned tables.`,
    );
  }
  yield* lockDefinition(table, place);
  const store = new TableStore(tableLayouts(table, environment), core.server.log);
  database.tables.set(table.objectId, store, transaction.journal);
  const counter = table.identityCounter;
  const { last } = counter;
  counter.last = undefined;
  transaction.journal(() => {
    counter.last = last;
  });
}
