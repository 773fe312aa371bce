import type { SystemContext } from "../engine/system-registry.ts";
import type { Module, SchemaObject, Sequence } from "../storage/schema-object.ts";
import type { SqlValue } from "../values/sql-type.ts";
import { isLobType } from "./lob-types.ts";
import {
  ALL_TYPES,
  COLUMN_COLUMNS,
  columnOwners,
  columnRow,
  OBJECT_COLUMNS,
  objectRow,
  visibleObjects,
} from "./object-rows.ts";
import { temporalFacts } from "./temporal-views.ts";
import { systemTypeId, typeSize } from "./type-facts.ts";
import { bit, type ViewDefinition, type ViewRow } from "./view-definition.ts";

const TABLE_COLUMNS = `${OBJECT_COLUMNS}, lob_data_space_id int, filestream_data_space_id int?, max_column_id_used int, lock_on_bulk_load bit, uses_ansi_nulls bit?,
is_replicated bit?, has_replication_filter bit?, is_merge_published bit?, is_sync_tran_subscribed bit?, has_unchecked_assembly_data bit, text_in_row_limit int?,
large_value_types_out_of_row bit?, is_tracked_by_cdc bit?, lock_escalation tinyint?, lock_escalation_desc desc?, is_filetable bit?, is_memory_optimized bit?,
durability tinyint?, durability_desc desc?, temporal_type tinyint?, temporal_type_desc desc?, history_table_id int?, is_remote_data_archive_enabled bit?, is_external bit,
history_retention_period int?, history_retention_period_unit int?, history_retention_period_unit_desc desc?, is_node bit?, is_edge bit?,
data_retention_period int?, data_retention_period_unit int?, data_retention_period_unit_desc desc?, ledger_type tinyint?, ledger_type_desc desc?, ledger_view_id int?, is_dropped_ledger_table bit?`;

const VIEW_COLUMNS = `${OBJECT_COLUMNS}, is_replicated bit?, has_replication_filter bit?, has_opaque_metadata bit, has_unchecked_assembly_data bit, with_check_option bit,
is_date_correlation_view bit, is_tracked_by_cdc bit?, has_snapshot bit?, ledger_view_type tinyint?, ledger_view_type_desc desc?, is_dropped_ledger_view bit?`;

const PROCEDURE_COLUMNS = `${OBJECT_COLUMNS}, is_auto_executed bit, is_execution_replicated bit?, is_repl_serializable_only bit?, skips_repl_constraints bit?`;

const MODULE_COLUMNS = `object_id int, definition text?, uses_ansi_nulls bit?, uses_quoted_identifier bit?, is_schema_bound bit?, uses_database_collation bit?,
is_recompiled bit?, null_on_null_input bit?, execute_as_principal_id int?, uses_native_compilation bit?, inline_type bit?, is_inlineable bit?`;

const PARAMETER_COLUMNS = `object_id int, name sysname?, parameter_id int, system_type_id tinyint, user_type_id int, max_length smallint, precision tinyint, scale tinyint,
is_output bit, is_cursor_ref bit, has_default_value bit, is_xml_document bit, default_value variant?, xml_collection_id int, is_readonly bit, is_nullable bit?,
encryption_type int?, encryption_type_desc desc?, encryption_algorithm_name sysname?, column_encryption_key_id int?, column_encryption_key_database_name sysname?`;

const LOCK_ESCALATION = { TABLE: 0, DISABLE: 1, AUTO: 2 } as const;

function* tableRows(context: SystemContext): Iterable<ViewRow> {
  const instances = context.database.catalog.captureInstances.values();
  const tracked = new Set(instances.map(({ sourceId }) => sourceId));
  for (const table of visibleObjects(context, "U")) {
    yield {
      ...objectRow(table),
      lob_data_space_id: bit(table.columns.some(({ type }) => isLobType(type))),
      max_column_id_used: table.nextColumnId - 1,
      uses_ansi_nulls: bit(table.usesAnsiNulls),
      is_replicated: 0,
      has_replication_filter: 0,
      is_merge_published: 0,
      is_sync_tran_subscribed: 0,
      text_in_row_limit: table.textInRowLimit ?? 0,
      large_value_types_out_of_row: bit(table.largeValuesOutOfRow === true),
      is_tracked_by_cdc: bit(tracked.has(table.objectId)),
      lock_escalation: LOCK_ESCALATION[table.lockEscalation],
      lock_escalation_desc: table.lockEscalation,
      is_filetable: 0,
      is_memory_optimized: 0,
      durability: 0,
      durability_desc: "SCHEMA_AND_DATA",
      ...temporalFacts(table),
      is_remote_data_archive_enabled: 0,
      is_node: 0,
      is_edge: 0,
      ledger_type: 0,
      ledger_type_desc: "NON_LEDGER_TABLE",
      is_dropped_ledger_table: 0,
    };
  }
}

function* viewRows(context: SystemContext): Iterable<ViewRow> {
  for (const view of visibleObjects(context, "V")) {
    yield {
      ...objectRow(view),
      is_replicated: 0,
      has_replication_filter: 0,
      with_check_option: bit(view.withCheckOption),
      is_tracked_by_cdc: 0,
      has_snapshot: 0,
      ledger_view_type: 0,
      ledger_view_type_desc: "NON_LEDGER_VIEW",
      is_dropped_ledger_view: 0,
    };
  }
}

type WithModule = Extract<SchemaObject, { module: Module }>;

function* moduleRows(context: SystemContext): Iterable<ViewRow> {
  const { database } = context;
  const objects: WithModule[] = visibleObjects(context, "V", "P", "FN", "IF", "TF", "TR");
  for (const object of objects) {
    const { module } = object;
    const id = object.parentId === 0 ? object.objectId : object.parentId;
    const isReadable = !module.isEncrypted && context.hasPermission("VIEW DEFINITION", id);
    yield {
      object_id: object.objectId,
      definition: isReadable ? module.definition : null,
      uses_ansi_nulls: bit(module.usesAnsiNulls),
      uses_quoted_identifier: bit(module.usesQuotedIdentifier),
      is_schema_bound: bit(module.isSchemaBound),
      uses_database_collation: bit(module.isSchemaBound && database.options.collation !== ""),
      is_recompiled: bit(module.isRecompiled),
      null_on_null_input: bit(object.type === "FN" && object.nullOnNullInput),
      execute_as_principal_id: module.executeAs ?? null,
      uses_native_compilation: 0,
      inline_type: 0,
      is_inlineable: 0,
    };
  }
  yield* defaultRows(context);
}

/** Defaults that stand alone are modules too; the settings that they were made under do not matter to constants. */
function* defaultRows(context: SystemContext): Iterable<ViewRow> {
  for (const { objectId, statement } of visibleObjects(context, "D")) {
    if (statement === undefined) continue;
    const isReadable = context.hasPermission("VIEW DEFINITION", objectId);
    yield {
      object_id: objectId,
      definition: isReadable ? statement : null,
      uses_ansi_nulls: 1,
      uses_quoted_identifier: 1,
      is_schema_bound: 0,
      uses_database_collation: 0,
      is_recompiled: 0,
      null_on_null_input: 0,
      uses_native_compilation: 0,
      inline_type: 0,
      is_inlineable: 0,
    };
  }
}

function* parameterRows(context: SystemContext): Iterable<ViewRow> {
  for (const object of visibleObjects(context, "P", "FN", "IF", "TF")) {
    for (const parameter of object.parameters) {
      const { maxLength, precision, scale } = typeSize(parameter.type);
      yield {
        object_id: object.objectId,
        name: parameter.name,
        parameter_id: parameter.parameterId,
        system_type_id: systemTypeId(parameter.type.name),
        user_type_id: parameter.userTypeId,
        max_length: maxLength,
        precision,
        scale,
        is_output: bit(parameter.isOutput),
        is_readonly: bit(parameter.isReadOnly),
        is_nullable: 1,
      };
    }
  }
}

const EVENT_CODES = { INSERT: 1, UPDATE: 2, DELETE: 3 } as const;

function* triggerEventRows(context: SystemContext): Iterable<ViewRow> {
  for (const trigger of visibleObjects(context, "TR")) {
    for (const event of trigger.events) {
      yield {
        object_id: trigger.objectId,
        type: EVENT_CODES[event],
        type_desc: event,
        is_first: bit(trigger.order?.[event] === "first"),
        is_last: bit(trigger.order?.[event] === "last"),
        is_trigger_event: 1,
      };
    }
  }
}

function* triggerRows(context: SystemContext): Iterable<ViewRow> {
  for (const trigger of visibleObjects(context, "TR")) {
    yield {
      ...objectRow(trigger),
      parent_class: 1,
      parent_class_desc: "OBJECT_OR_COLUMN",
      parent_id: trigger.parentId,
      is_disabled: bit(trigger.disabled),
      is_not_for_replication: bit(trigger.notForReplication),
      is_instead_of_trigger: bit(trigger.insteadOf),
    };
  }
}

/** A value of a sequence as the variant that the view shows it in. */
function sequenceValue({ dataType }: Sequence, value: bigint): SqlValue {
  const isBig = ["bigint", "decimal", "numeric"].includes(dataType.name);
  return { type: dataType, value: isBig ? value : Number(value) };
}

function* sequenceRows(context: SystemContext): Iterable<ViewRow> {
  for (const sequence of visibleObjects(context, "SO")) {
    const { precision, scale } = typeSize(sequence.dataType);
    const { last } = sequence.counter;
    yield {
      ...objectRow(sequence),
      start_value: sequenceValue(sequence, sequence.start),
      increment: sequenceValue(sequence, sequence.increment),
      minimum_value: sequenceValue(sequence, sequence.minimum),
      maximum_value: sequenceValue(sequence, sequence.maximum),
      is_cycling: bit(sequence.cycling),
      is_cached: bit(sequence.cached),
      cache_size: sequence.cacheSize ?? null,
      system_type_id: systemTypeId(sequence.dataType.name),
      user_type_id: sequence.userTypeId,
      precision,
      scale,
      current_value: sequenceValue(sequence, last ?? sequence.start),
      is_exhausted: 0,
      last_used_value: last === undefined ? null : sequenceValue(sequence, last),
    };
  }
}

export const OBJECT_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.objects",
    columns: OBJECT_COLUMNS,
    rows: (context) => visibleObjects(context, ...ALL_TYPES).map(objectRow),
  },
  { name: "sys.tables", columns: TABLE_COLUMNS, rows: tableRows },
  { name: "sys.views", columns: VIEW_COLUMNS, rows: viewRows },
  {
    name: "sys.procedures",
    columns: PROCEDURE_COLUMNS,
    rows: (context) =>
      visibleObjects(context, "P").map((object) => ({
        ...objectRow(object),
        is_execution_replicated: 0,
        is_repl_serializable_only: 0,
        skips_repl_constraints: 0,
      })),
  },
  { name: "sys.sql_modules", columns: MODULE_COLUMNS, rows: moduleRows },
  { name: "sys.all_sql_modules", columns: MODULE_COLUMNS, rows: moduleRows },
  { name: "sys.parameters", columns: PARAMETER_COLUMNS, rows: parameterRows },
  { name: "sys.all_parameters", columns: PARAMETER_COLUMNS, rows: parameterRows },
  {
    name: "sys.columns",
    columns: COLUMN_COLUMNS,
    *rows(context) {
      for (const owner of columnOwners(context)) {
        for (const column of owner.columns) yield columnRow(context, owner, column);
      }
    },
  },
  {
    name: "sys.triggers",
    columns: `name sysname, object_id int, parent_class tinyint, parent_class_desc desc?, parent_id int, type code2, type_desc desc?, create_date datetime,
modify_date datetime, is_ms_shipped bit, is_disabled bit, is_not_for_replication bit, is_instead_of_trigger bit`,
    rows: triggerRows,
  },
  {
    name: "sys.trigger_events",
    columns: `object_id int, type int, type_desc desc, is_first bit?, is_last bit?, event_group_type int?, event_group_type_desc desc?, is_trigger_event bit?`,
    rows: triggerEventRows,
  },
  {
    name: "sys.sequences",
    columns: `${OBJECT_COLUMNS}, start_value variant, increment variant, minimum_value variant?, maximum_value variant?, is_cycling bit?, is_cached bit?, cache_size int?,
system_type_id tinyint, user_type_id int, precision tinyint, scale tinyint?, current_value variant, is_exhausted bit, last_used_value variant?`,
    rows: sequenceRows,
  },
  {
    name: "sys.synonyms",
    columns: `${OBJECT_COLUMNS}, base_object_name longname?`,
    rows: (context) =>
      visibleObjects(context, "SN").map((object) => ({
        ...objectRow(object),
        base_object_name: object.baseObject,
      })),
  },
];
