import type { AlterIndexStatement } from "../../parser/ast-tables.ts";
import type { Index, Table } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { refuseKeyChange } from "../capture/definition-capture.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { sendInfo } from "../session/errors.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import type { Task } from "../suspension.ts";
import { openTable } from "./alter-table.ts";
import type { AlterWork } from "./alter-work.ts";
import { indexOptions } from "./index-options.ts";
import { lockDefinition, replaceTable } from "./table-changes.ts";

/** DISABLE, REBUILD, REORGANIZE and SET of one index or all. */
export function* executeAlterIndex(
  statement: AlterIndexStatement,
  activation: Activation,
  environment: CompileEnvironment,
): Task {
  const found = findObject(statement.table, baseOf(activation), activation);
  const work = openTable(found, shownName(statement.table), { activation, environment });
  yield* lockDefinition(work.table, work.place);
  const chosen = new Set(chooseIndexes(statement, work).map(({ indexId }) => indexId));
  if (statement.action === "disable") disableKeys(chosen, work);
  if (statement.action === "disable") {
    for (const index of work.table.indexes.filter(({ indexId }) => chosen.has(indexId))) {
      refuseKeyChange(work.table, index, {
        database: work.place.database,
        as: index.isPrimaryKey || index.isUniqueConstraint ? "constraint" : "index",
      });
    }
  }
  const indexes = work.table.indexes.map((index) =>
    chosen.has(index.indexId) ? changed(index, statement, work.table) : index,
  );
  // Nothing reads a table without its clustered index, so its other indexes go with it.
  const isShut = statement.action === "disable" && chosen.has(1);
  const next = isShut ? indexes.map((index): Index => ({ ...index, disabled: true })) : indexes;
  yield* replaceTable({ ...work.table, indexes: next }, work.place, undefined);
}

function chooseIndexes({ name }: AlterIndexStatement, work: AlterWork): readonly Index[] {
  const { table, place } = work;
  const indexes = table.indexes.filter(({ kind }) => kind !== "heap");
  if (name === undefined) return indexes;
  const { catalog } = place.database;
  const found = indexes.find((index) => catalog.sameName(index.name, name.value));
  return found === undefined ? raise(2727, `Cannot find index '${name.value}'.`) : [found];
}

function changed(index: Index, { action, options }: AlterIndexStatement, table: Table): Index {
  switch (action) {
    case "disable":
      return { ...index, disabled: true };
    case "rebuild":
      return { ...index, ...indexOptions(options, index), disabled: false };
    case "set":
      return { ...index, ...indexOptions(options, index), disabled: index.disabled };
    case "reorganize":
      if (!index.disabled) return index;
      raise(
        1973,
        `Cannot perform the specified operation on disabled index '${index.name}' on table '${table.name}'.`,
      );
    default:
      return action satisfies never;
  }
}

/** Foreign keys that lean on a disabled index are disabled with it, and are not trusted when they come back. */
function disableKeys(chosen: ReadonlySet<number>, { table, place, activation }: AlterWork): void {
  const { catalog } = place.database;
  for (const key of catalog.objectsOfType("F")) {
    if (key.referencedId !== table.objectId || key.disabled) continue;
    if (!chosen.has(key.referencedIndexId) && !chosen.has(1)) continue;
    const { transaction } = place;
    catalog.objects.set(
      key.objectId,
      { ...key, disabled: true, trusted: false },
      transaction.journal,
    );
    const index = table.indexes.find(({ indexId }) => indexId === key.referencedIndexId);
    const child = catalog.objects.get(key.parentId);
    sendInfo(
      activation,
      3737,
      `Warning: Foreign key '${key.name}' on table '${child?.name ?? ""}' referencing table '${table.name}' was disabled as a result of disabling the index '${index?.name ?? ""}'.`,
    );
  }
}
