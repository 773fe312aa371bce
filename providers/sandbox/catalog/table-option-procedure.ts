import type { ProcedureContext } from "../engine/system-registry.ts";
import type { Table } from "../storage/schema-object.ts";
import { raise } from "../values/sql-exception.ts";
import { findObjectByName } from "./object-lookup.ts";
import type { ProcedureArguments, ProcedureDefinition } from "./procedure-definition.ts";

const NAME = "sp_tableoption";

function requireTable(context: ProcedureContext, name: string): Table {
  const found = findObjectByName(context, name);
  if (found?.object.type === "U" && found.database === context.database) {
    if (context.hasPermission("ALTER", found.object.objectId)) return found.object;
  }
  raise(
    15_388,
    `There is no user table matching the input name '${name}' in the current database or you do not have permission to access the table.`,
  );
}

function refuseParameter(): never {
  raise(15_600, `An invalid parameter or option was specified for procedure '${NAME}'.`);
}

const SWITCHES: Readonly<Record<string, boolean>> = {
  on: true,
  true: true,
  1: true,
  off: false,
  false: false,
  0: false,
};

/** 24 to 7000 bytes; ON is 256. */
function textInRow(value: string): number {
  const switched = SWITCHES[value];
  if (switched !== undefined) return switched ? 256 : 0;
  const limit = Number(value);
  return Number.isInteger(limit) && limit >= 24 && limit <= 7_000 ? limit : refuseParameter();
}

function setOption(context: ProcedureContext, given: ProcedureArguments): void {
  const table = requireTable(context, given.requiredText("TableNamePattern"));
  const option = given.requiredText("OptionName").toLowerCase();
  const value = given.requiredText("OptionValue").toLowerCase();
  const changed = changedTable(table, option, value);
  context.database.catalog.objects.set(table.objectId, changed, context.journal);
}

function changedTable(table: Table, option: string, value: string): Table {
  switch (option) {
    case "text in row":
      return { ...table, textInRowLimit: textInRow(value) };
    case "large value types out of row":
      return { ...table, largeValuesOutOfRow: SWITCHES[value] ?? refuseParameter() };
    default:
      raise(40_515, `The table option '${option}' is not supported in this version.`);
  }
}

/** The sandbox keeps values where it likes: the options are kept, no more. */
export const TABLE_OPTION_PROCEDURE: ProcedureDefinition = {
  name: NAME,
  parameters: "TableNamePattern long, OptionName word, OptionValue word",
  run: setOption,
};
