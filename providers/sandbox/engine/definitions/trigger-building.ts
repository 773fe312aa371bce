import type { ObjectName } from "../../parser/ast-expressions.ts";
import type { CreateTriggerStatement } from "../../parser/ast-modules.ts";
import type { SchemaObject, TriggerEvent } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { shownName } from "../query/shown-name.ts";
import { findObject } from "../session/name-resolution.ts";
import type { Building } from "./module-building.ts";

/** No trigger on a history, no INSTEAD OF on a table that has one (sql-docs, temporal-table-considerations-and-limitations.md). */
function refuseTemporal(table: SchemaObject, timing: CreateTriggerStatement["timing"]): void {
  if (table.type !== "U") return;
  const isReplaced = table.versioning !== undefined && timing === "instead_of";
  if (table.historyOf === undefined && !isReplaced) return;
  raise(13_569, `Cannot create a trigger on a system-versioned temporal table '${table.name}'.`);
}

export function buildTrigger(statement: CreateTriggerStatement, work: Building): SchemaObject {
  const { target } = statement;
  if (target.kind !== "object") {
    raise(40_515, "DDL and logon triggers are not supported in this version.");
  }
  const found = findParent(target.name, work);
  refuseTemporal(found, statement.timing);
  const events = statement.events.map((event) => event.toUpperCase()) as TriggerEvent[];
  return {
    ...work.header,
    schemaId: found.schemaId,
    parentId: found.objectId,
    type: "TR",
    module: work.module,
    events,
    insteadOf: statement.timing === "instead_of",
    disabled: false,
    notForReplication: statement.notForReplication,
  };
}

function findParent(name: ObjectName, { place, activation }: Building): SchemaObject {
  const found = findObject(
    name,
    { database: place.database, defaultSchemaId: place.schemaId },
    activation,
  );
  if (found?.object.type === "U" || found?.object.type === "V") return found.object;
  raise(8197, `The object '${shownName(name)}' does not exist or is invalid for this operation.`);
}
