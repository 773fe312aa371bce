import type { TablePlace } from "../definitions/table-changes.ts";
import type { ProcedureWork } from "./capture-procedure.ts";

/** Where a procedure of change data capture changes definitions. */
export function placeFor({ core, database, transaction }: ProcedureWork): TablePlace {
  return { core, database, transaction, environment: core.parts.environmentOf(database) };
}
