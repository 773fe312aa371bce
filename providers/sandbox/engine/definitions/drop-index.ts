import type { ObjectName } from "../../parser/ast-expressions.ts";
import type { DropIndexStatement } from "../../parser/ast-tables.ts";
import type { Index, Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { refuseKeyChange } from "../capture/definition-capture.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import type { Task } from "../suspension.ts";
import { HEAP } from "./index-options.ts";
import { lockDefinition, replaceTable, type TablePlace } from "./table-changes.ts";

function findIndex(
  table: ObjectName,
  name: string,
  activation: Activation,
):
  | { readonly index: Index; readonly object: Table; readonly database: StoredDatabase }
  | undefined {
  const found = findObject(table, baseOf(activation), activation);
  if (found?.object.type !== "U") return undefined;
  const { object, database } = found;
  const index = object.indexes.find(
    (item) => item.name !== "" && database.catalog.sameName(item.name, name),
  );
  return index && { index, object, database };
}

export function* executeDropIndex(
  statement: DropIndexStatement,
  activation: Activation,
  environment: CompileEnvironment,
): Task {
  const { core } = activation;
  for (const { index: name, table } of statement.items) {
    const known = findIndex(table, name.value, activation);
    if (known === undefined) {
      if (statement.ifExists) continue;
      raise(
        3701,
        `Cannot drop the index '${shownName(table)}.${name.value}', because it does not exist or you do not have permission.`,
        { class: 11, state: 7 },
      );
    }
    const { index, object, database } = known;
    if (index.isPrimaryKey || index.isUniqueConstraint) {
      const kind = index.isPrimaryKey ? "PRIMARY KEY" : "UNIQUE KEY";
      raise(
        3723,
        `An explicit DROP INDEX is not allowed on index '${shownName(table)}.${name.value}'. It is being used for ${kind} constraint enforcement.`,
        { state: 4 },
      );
    }
    refuseKeyChange(object, index, { database, as: "index" });
    const place: TablePlace = {
      core,
      database,
      transaction: requireTransaction(core),
      environment,
    };
    yield* lockDefinition(object, place);
    yield* replaceTable(
      { ...object, indexes: withoutIndex(object, index.indexId) },
      place,
      undefined,
    );
  }
}

/** A table without its clustered index is a heap. */
export function withoutIndex(table: Table, indexId: number): Table["indexes"] {
  const rest = table.indexes.filter((index) => index.indexId !== indexId);
  return indexId === 1
    ? [{ ...HEAP, partitioning: table.indexes[0]?.partitioning }, ...rest]
    : rest;
}
