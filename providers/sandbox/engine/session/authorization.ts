import type { SchemaObject } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { ColumnRefusals, FoundObject } from "../query/environment.ts";
import type { Activation } from "./activation.ts";
import { columnRulesOf, hasPermission } from "./rights.ts";

const NONE: ColumnRefusals = new Map();

/**
 * Throws 229. What a module does to objects of its own owner needs no right of the caller (ownership chain).
 * Who has a right on some columns only may go on; the others are in the result, to be refused (230) where they are used.
 * So are masked columns (40515), chain or not: the sandbox hides them whole where SQL Server would show a mask.
 */
export function authorize(
  permission: string,
  found: FoundObject,
  activation: Activation,
): ColumnRefusals {
  const refusals = needsNoRight(found, activation)
    ? NONE
    : columnRefusals(permission, found, activation);
  const masked = permission === "SELECT" ? maskRefusals(found, activation) : NONE;
  return masked.size === 0 ? refusals : new Map([...masked, ...refusals]);
}

function maskRefusals({ database, object }: FoundObject, { core }: Activation): ColumnRefusals {
  const masked = object.type === "U" ? object.columns.filter(({ mask }) => mask !== undefined) : [];
  if (masked.length === 0 || hasPermission("UNMASK", database, { core, object })) return NONE;
  return new Map(
    masked.map(({ columnId, name }) => [
      columnId,
      () =>
        raise(
          40_515,
          `Reading the masked column '${name}' without the UNMASK permission is not supported in this version.`,
        ),
    ]),
  );
}

function columnRefusals(
  permission: string,
  found: FoundObject,
  { core }: Activation,
): ColumnRefusals {
  const { database, object } = found;
  const isAllowed = hasPermission(permission, database, { core, object });
  const rules = columnRulesOf(permission, found, core);
  if (rules.length === 0 && isAllowed) return NONE;
  const granted = rules.filter(({ state }) => state !== "DENY").map(({ minorId }) => minorId);
  if (!isAllowed && granted.length === 0) refuseObject(permission, found);
  const denied = rules.filter(({ state }) => state === "DENY").map(({ minorId }) => minorId);
  return new Map(
    columnsOf(object)
      .filter(({ columnId: id }) => denied.includes(id) || !(isAllowed || granted.includes(id)))
      .map(({ columnId, name }) => [columnId, () => refuseColumn(permission, name, found)]),
  );
}

function needsNoRight(found: FoundObject, { module }: Activation): boolean {
  const { database, object } = found;
  if (object.name.startsWith("#") || object.name.startsWith("@")) return true;
  return module?.database === database && ownerOf(found) === ownerOf(module);
}

function columnsOf(object: SchemaObject): readonly { columnId: number; name: string }[] {
  return object.type === "U" || object.type === "V" || object.type === "TF" || object.type === "IF"
    ? object.columns
    : [];
}

function refuseObject(permission: string, { database, object }: FoundObject): never {
  const schema = database.catalog.schemas.get(object.schemaId)?.name ?? "";
  raise(
    229,
    `The ${permission} permission was denied on the object '${object.name}', database '${database.options.name}', schema '${schema}'.`,
    { class: 14, state: 5 },
  );
}

function refuseColumn(
  permission: string,
  column: string,
  { database, object }: FoundObject,
): never {
  const schema = database.catalog.schemas.get(object.schemaId)?.name ?? "";
  raise(
    230,
    `The ${permission} permission was denied on the column '${column}' of the object '${object.name}', database '${database.options.name}', schema '${schema}'.`,
    { class: 14 },
  );
}

function ownerOf({ database, object }: FoundObject): number {
  return object.principalId ?? database.catalog.schemas.get(object.schemaId)?.principalId ?? 1;
}
