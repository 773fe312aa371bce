import type { SystemProcedure } from "../engine/system-registry.ts";
import { DATABASE_PROCEDURES } from "./database-procedures.ts";
import { DEFAULT_PROCEDURES } from "./default-procedures.ts";
import { HELP_PROCEDURES } from "./help-procedures.ts";
import { LINKED_SERVER_PROCEDURES } from "./linked-server-procedures.ts";
import { PRINCIPAL_PROCEDURES } from "./principal-procedures.ts";
import { defineProcedure } from "./procedure-definition.ts";
import { PROPERTY_PROCEDURES } from "./property-procedures.ts";
import { RENAME_PROCEDURES } from "./rename-procedure.ts";
import { SEQUENCE_RANGE_PROCEDURE } from "./sequence-range.ts";
import { TABLE_OPTION_PROCEDURE } from "./table-option-procedure.ts";
import { TRIGGER_ORDER_PROCEDURE } from "./trigger-order.ts";
import { TYPE_PROCEDURES } from "./type-procedures.ts";

/** System procedures that work on the catalog; sp_executesql and the sp_prepare family belong to the engine. */
export const SYSTEM_PROCEDURES: readonly SystemProcedure[] = [
  ...DATABASE_PROCEDURES,
  ...PRINCIPAL_PROCEDURES,
  ...RENAME_PROCEDURES,
  ...PROPERTY_PROCEDURES,
  ...HELP_PROCEDURES,
  ...TYPE_PROCEDURES,
  ...DEFAULT_PROCEDURES,
  ...LINKED_SERVER_PROCEDURES,
  TABLE_OPTION_PROCEDURE,
  TRIGGER_ORDER_PROCEDURE,
  SEQUENCE_RANGE_PROCEDURE,
].map(defineProcedure);
