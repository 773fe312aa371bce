import type { ProcedureContext } from "../engine/system-registry.ts";
import { raise } from "../values/sql-exception.ts";
import { findObjectByName } from "./object-lookup.ts";
import {
  bracket,
  type ProcedureArguments,
  type ProcedureDefinition,
} from "./procedure-definition.ts";

const PHYSICAL_TYPE = /^\s*[\w ]+(\(\s*(\d+|max)\s*(,\s*\d+\s*)?\))?\s*$/i;

async function addType(context: ProcedureContext, given: ProcedureArguments): Promise<void> {
  const base = given.requiredText("phystype");
  if (!PHYSICAL_TYPE.test(base)) {
    raise(15_036, `The data type '${base}' does not exist or you do not have permission.`);
  }
  const word = (given.text("nulltype") ?? "null").toLowerCase();
  if (!["null", "not null", "nonull"].includes(word)) {
    raise(15_016, "Invalid value for @nulltype. Valid values are NULL, NOT NULL and NONULL.");
  }
  const owner = given.text("owner");
  const name = bracket(given.requiredText("typename"));
  const qualified = owner === undefined ? name : `${bracket(owner)}.${name}`;
  await context.execute(
    `CREATE TYPE ${qualified} FROM ${base} ${word === "null" ? "NULL" : "NOT NULL"}`,
  );
}

/** Looks whether the view or module is there; the sandbox binds it anew at every use, so there is nothing stale to refresh. */
function refreshModule(
  context: ProcedureContext,
  given: ProcedureArguments,
  parameter: string,
): void {
  const name = given.requiredText(parameter);
  const found = findObjectByName(context, name);
  if (found === undefined || !("module" in found.object)) {
    raise(15_165, `Could not find object '${name}' or you do not have permission.`);
  }
}

export const TYPE_PROCEDURES: readonly ProcedureDefinition[] = [
  {
    name: "sp_addtype",
    parameters: "typename name, phystype name, nulltype word?, owner name?",
    run: addType,
  },
  {
    name: "sp_droptype",
    parameters: "typename name",
    run: (context, given) =>
      context.execute(`DROP TYPE ${bracket(given.requiredText("typename"))}`),
  },
  {
    name: "sp_refreshview",
    parameters: "viewname long",
    run: (context, given) => {
      refreshModule(context, given, "viewname");
    },
  },
  {
    name: "sp_refreshsqlmodule",
    parameters: "name long, namespace name?",
    run: (context, given) => {
      refreshModule(context, given, "name");
    },
  },
];
