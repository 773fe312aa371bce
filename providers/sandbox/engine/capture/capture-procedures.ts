import type { Task } from "../suspension.ts";
import { type CaptureProcedure, type ProcedureWork, parametersOf } from "./capture-procedure.ts";
import { disableTable } from "./disable-table.ts";
import { disableDatabase, enableDatabase } from "./enable-database.ts";
import { enableTable } from "./enable-table.ts";
import { scanNow } from "./scan-procedure.ts";

function procedure(
  name: string,
  parameters: string,
  run: (work: ProcedureWork) => Task,
): CaptureProcedure {
  return { name, parameters: parametersOf(parameters), run };
}

/** Every procedure of change data capture, with its parameters as documented. */
export const CAPTURE_PROCEDURES: readonly CaptureProcedure[] = [
  procedure("sp_cdc_enable_db", "", enableDatabase),
  procedure("sp_cdc_disable_db", "", disableDatabase),
  procedure(
    "sp_cdc_enable_table",
    "source_schema name, source_name name, capture_instance name?, supports_net_changes bit?, role_name name, index_name name?, captured_column_list text?, filegroup_name name?, allow_partition_switch bit?",
    enableTable,
  ),
  procedure(
    "sp_cdc_disable_table",
    "source_schema name, source_name name, capture_instance name",
    disableTable,
  ),
  procedure(
    "sp_cdc_scan",
    "maxtrans int?, maxscans int?, continuous bit?, pollinginterval bigint?, is_from_job int?",
    scanNow,
  ),
];
