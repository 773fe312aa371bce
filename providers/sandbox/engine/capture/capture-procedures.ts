import type { Task } from "../suspension.ts";
import { type CaptureProcedure, type ProcedureWork, parametersOf } from "./capture-procedure.ts";
import { disableTable } from "./disable-table.ts";
import { disableDatabase, enableDatabase } from "./enable-database.ts";
import { enableTable } from "./enable-table.ts";
import {
  capturedColumns,
  cleanUpChangeTable,
  definitionHistory,
  helpInstances,
} from "./help-procedures.ts";
import { addJob, changeJob, dropJob, helpJobs, startJob, stopJob } from "./job-procedures.ts";
import { scanNow } from "./scan-procedure.ts";

function procedure(
  name: string,
  parameters: string,
  run: (work: ProcedureWork) => Task,
): CaptureProcedure {
  return { name, parameters: parametersOf(parameters), run };
}

const PACE = "maxtrans int?, maxscans int?, continuous bit?, pollinginterval bigint?";
const SETTINGS = `${PACE}, retention bigint?, threshold bigint?`;

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
  procedure("sp_cdc_scan", `${PACE}, is_from_job int?`, scanNow),
  procedure("sp_cdc_add_job", `job_type name, start_job bit?, ${SETTINGS}`, addJob),
  procedure("sp_cdc_change_job", `job_type name?, ${SETTINGS}`, changeJob),
  procedure("sp_cdc_drop_job", "job_type name", dropJob),
  procedure("sp_cdc_start_job", "job_type name?", startJob),
  procedure("sp_cdc_stop_job", "job_type name?", stopJob),
  procedure("sp_cdc_help_jobs", "", helpJobs),
  procedure(
    "sp_cdc_help_change_data_capture",
    "source_schema name?, source_name name?",
    helpInstances,
  ),
  procedure("sp_cdc_get_captured_columns", "capture_instance name", capturedColumns),
  procedure("sp_cdc_get_ddl_history", "capture_instance name", definitionHistory),
  procedure(
    "sp_cdc_cleanup_change_table",
    "capture_instance name, low_water_mark lsn, threshold bigint?",
    cleanUpChangeTable,
  ),
];
