import { raise } from "../../values/sql-exception.ts";
import type { FoundObject } from "../query/environment.ts";
import { METADATA_TABLES } from "./capture-tables.ts";

/** The tables of the schema cdc belong to the server. The sandbox lets users change rows of change tables and of the mapping alone. */

const OPEN_TABLE = "lsn_time_mapping";

function isOfCapture({ database, object }: FoundObject): boolean {
  const state = database.catalog.captureState.get("database");
  return state !== undefined && object.isSystem && object.schemaId === state.schemaId;
}

/** Throws 40515 for rows that say what is captured: procedures change them. */
export function refuseCaptureTable(found: FoundObject): void {
  if (!isOfCapture(found) || found.object.name === OPEN_TABLE) return;
  if (!METADATA_TABLES.some(({ name }) => name === found.object.name)) return;
  raise(
    40_515,
    `Changing rows of cdc.${found.object.name} other than by the procedures of change data capture is not supported in this version.`,
  );
}

export function refuseDropOfSystemTable(found: FoundObject, shown: string): void {
  if (!isOfCapture(found)) return;
  raise(3724, `Cannot drop the table '${shown}' because it is being used for replication.`);
}

export function refuseAlterOfSystemTable(found: FoundObject): void {
  if (!isOfCapture(found)) return;
  raise(40_515, `ALTER TABLE of cdc.${found.object.name} is not supported in this version.`);
}
