import type { SystemContext } from "../engine/system-registry.ts";
import type { Table } from "../storage/schema-object.ts";
import { visibleObjects } from "./object-rows.ts";
import type { ViewDefinition, ViewRow } from "./view-definition.ts";

const TYPES = ["NON_TEMPORAL_TABLE", "HISTORY_TABLE", "SYSTEM_VERSIONED_TEMPORAL_TABLE"] as const;
const UNITS = { DAY: 3, WEEK: 4, MONTH: 5, YEAR: 6 } as const;

/** `temporal_type`: 0 plain, 1 a history, 2 versioned. */
export function temporalType({ versioning, historyOf }: Table): 0 | 1 | 2 {
  if (versioning !== undefined) return 2;
  return historyOf === undefined ? 0 : 1;
}

/** The columns of `sys.tables` about versions. */
export function temporalFacts(table: Table): ViewRow {
  const type = temporalType(table);
  const { versioning } = table;
  if (versioning === undefined) return { temporal_type: type, temporal_type_desc: TYPES[type] };
  const { historyId, retention } = versioning;
  return {
    temporal_type: type,
    temporal_type_desc: TYPES[type],
    history_table_id: historyId,
    history_retention_period: retention?.length ?? -1,
    history_retention_period_unit: retention === undefined ? -1 : UNITS[retention.unit],
    history_retention_period_unit_desc: retention?.unit ?? "INFINITE",
  };
}

function* periodRows(context: SystemContext): Iterable<ViewRow> {
  for (const { objectId, period } of visibleObjects(context, "U")) {
    if (period === undefined) continue;
    yield {
      name: "SYSTEM_TIME",
      period_type: 1,
      period_type_desc: "SYSTEM_TIME_PERIOD",
      object_id: objectId,
      start_column_id: period.start,
      end_column_id: period.end,
    };
  }
}

export const TEMPORAL_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.periods",
    columns:
      "name sysname, period_type tinyint?, period_type_desc desc?, object_id int, start_column_id int, end_column_id int",
    rows: periodRows,
  },
];
