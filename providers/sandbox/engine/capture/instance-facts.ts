import { type CaptureInstance, lsnBytes } from "../../storage/change-capture.ts";
import type { SqlValue } from "../../values/sql-type.ts";

/** `start_lsn` to `create_date`, as cdc.change_tables and sys.sp_cdc_help_change_data_capture have them. */
export function instanceFacts(instance: CaptureInstance): readonly SqlValue[] {
  return [
    lsnBytes(instance.startLsn),
    null,
    instance.supportsNetChanges ? 1 : 0,
    null,
    instance.roleName ?? null,
    instance.indexName ?? null,
    instance.filegroup ?? null,
    instance.createDate,
  ];
}
