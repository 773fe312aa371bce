import type { SystemContext } from "../engine/system-registry.ts";
import type { Identity } from "../storage/columns.ts";
import type { Index, ReferentialAction } from "../storage/schema-object.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import {
  COLUMN_COLUMNS,
  type ColumnOwner,
  columnOwners,
  columnRow,
  OBJECT_COLUMNS,
  type OwnedIndex,
  objectRow,
  visibleIndexes,
  visibleObjects,
} from "./object-rows.ts";
import { bit, type ViewDefinition, type ViewRow } from "./view-definition.ts";

const INDEX_TYPES = { heap: 0, clustered: 1, nonclustered: 2 } as const;

function indexType(index: Index): number {
  return INDEX_TYPES[index.kind];
}

function indexRow({ owner, index }: OwnedIndex): ViewRow {
  return {
    object_id: owner.objectId,
    name: index.kind === "heap" ? null : index.name,
    index_id: index.indexId,
    type: indexType(index),
    type_desc: index.kind.toUpperCase(),
    is_unique: bit(index.unique),
    data_space_id: index.partitioning?.schemeId ?? 1,
    ignore_dup_key: bit(index.ignoreDuplicateKey),
    is_primary_key: bit(index.isPrimaryKey),
    is_unique_constraint: bit(index.isUniqueConstraint),
    fill_factor: index.fillFactor,
    is_padded: bit(index.padded),
    is_disabled: bit(index.disabled),
    is_hypothetical: 0,
    is_ignored_in_optimization: 0,
    allow_row_locks: bit(index.allowRowLocks),
    allow_page_locks: bit(index.allowPageLocks),
    has_filter: bit(index.filter !== undefined),
    filter_definition: index.filter ?? null,
    suppress_dup_key_messages: 0,
    auto_created: 0,
    optimize_for_sequential_key: 0,
  };
}

function* indexColumnRows(context: SystemContext): Iterable<ViewRow> {
  for (const { owner, index } of visibleIndexes(context)) {
    const common = { object_id: owner.objectId, index_id: index.indexId };
    const parting = index.partitioning?.columnId;
    for (const [position, key] of index.keys.entries()) {
      yield {
        ...common,
        index_column_id: position + 1,
        column_id: key.columnId,
        key_ordinal: position + 1,
        partition_ordinal: bit(key.columnId === parting),
        is_descending_key: bit(key.descending),
        is_included_column: 0,
      };
    }
    for (const [position, columnId] of index.included.entries()) {
      yield {
        ...common,
        index_column_id: index.keys.length + position + 1,
        column_id: columnId,
        partition_ordinal: bit(columnId === parting),
        is_descending_key: 0,
        is_included_column: 1,
      };
    }
    const isListed =
      index.keys.some(({ columnId }) => columnId === parting) ||
      index.included.some((columnId) => columnId === parting);
    if (parting === undefined || isListed) continue;
    yield {
      ...common,
      index_column_id: index.keys.length + index.included.length + 1,
      column_id: parting,
      key_ordinal: 0,
      partition_ordinal: 1,
      is_descending_key: 0,
      is_included_column: 0,
    };
  }
}

function* statisticsRows(context: SystemContext): Iterable<ViewRow> {
  for (const { owner, index } of visibleIndexes(context)) {
    if (index.kind === "heap" || owner.type !== "U") continue;
    yield {
      object_id: owner.objectId,
      name: index.name,
      stats_id: index.indexId,
      auto_created: 0,
      user_created: 0,
      no_recompute: bit(index.noRecompute),
      has_filter: bit(index.filter !== undefined),
      filter_definition: index.filter ?? null,
      is_temporary: 0,
      is_incremental: 0,
      has_persisted_sample: 0,
      stats_generation_method: 0,
      stats_generation_method_desc: "Sort based statistics",
      auto_drop: 0,
    };
  }
}

function* statisticsColumnRows(context: SystemContext): Iterable<ViewRow> {
  for (const { owner, index } of visibleIndexes(context)) {
    if (index.kind === "heap" || owner.type !== "U") continue;
    for (const [position, key] of index.keys.entries()) {
      yield {
        object_id: owner.objectId,
        stats_id: index.indexId,
        stats_column_id: position + 1,
        column_id: key.columnId,
      };
    }
  }
}

const ACTIONS: readonly ReferentialAction[] = ["NO_ACTION", "CASCADE", "SET_NULL", "SET_DEFAULT"];

function* foreignKeyRows(context: SystemContext): Iterable<ViewRow> {
  for (const key of visibleObjects(context, "F")) {
    yield {
      ...objectRow(key),
      referenced_object_id: key.referencedId,
      key_index_id: key.referencedIndexId,
      is_disabled: bit(key.disabled),
      is_not_for_replication: bit(key.notForReplication),
      is_not_trusted: bit(!key.trusted),
      delete_referential_action: ACTIONS.indexOf(key.onDelete),
      delete_referential_action_desc: key.onDelete,
      update_referential_action: ACTIONS.indexOf(key.onUpdate),
      update_referential_action_desc: key.onUpdate,
      is_system_named: bit(key.isSystemNamed),
    };
  }
}

function* foreignKeyColumnRows(context: SystemContext): Iterable<ViewRow> {
  for (const key of visibleObjects(context, "F")) {
    for (const [position, pair] of key.columns.entries()) {
      yield {
        constraint_object_id: key.objectId,
        constraint_column_id: position + 1,
        parent_object_id: key.parentId,
        parent_column_id: pair.column,
        referenced_object_id: key.referencedId,
        referenced_column_id: pair.referenced,
      };
    }
  }
}

/** An identity's number as the variant that the view shows it in: of the column's own type. */
function identityValue(type: SqlType, value: bigint): SqlValue {
  const isBig = type.name === "bigint" || type.name === "decimal" || type.name === "numeric";
  return { type, value: isBig ? value : Number(value) };
}

function identityRow(
  context: SystemContext,
  owner: ColumnOwner,
  column: ColumnOwner["columns"][number] & { identity: Identity },
): ViewRow {
  const last = owner.type === "U" ? owner.identityCounter.last : undefined;
  const { seed, increment, notForReplication } = column.identity;
  return {
    ...columnRow(context, owner, column),
    seed_value: identityValue(column.type, seed),
    increment_value: identityValue(column.type, increment),
    last_value: last === undefined ? null : identityValue(column.type, last),
    is_not_for_replication: bit(notForReplication),
  };
}

function* identityRows(context: SystemContext): Iterable<ViewRow> {
  for (const owner of columnOwners(context)) {
    for (const column of owner.columns) {
      const { identity } = column;
      if (identity !== undefined) yield identityRow(context, owner, { ...column, identity });
    }
  }
}

function* computedRows(context: SystemContext): Iterable<ViewRow> {
  for (const owner of columnOwners(context)) {
    for (const column of owner.columns) {
      if (column.computed === undefined) continue;
      yield {
        ...columnRow(context, owner, column),
        definition: column.computed.definition,
        uses_database_collation: 1,
        is_persisted: bit(column.computed.persisted),
      };
    }
  }
}

function* checkRows(context: SystemContext): Iterable<ViewRow> {
  for (const check of visibleObjects(context, "C")) {
    yield {
      ...objectRow(check),
      is_disabled: bit(check.disabled),
      is_not_for_replication: bit(check.notForReplication),
      is_not_trusted: bit(!check.trusted),
      parent_column_id: check.columnId,
      definition: check.definition,
      uses_database_collation: 1,
      is_system_named: bit(check.isSystemNamed),
    };
  }
}

export const TABLE_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.indexes",
    columns: `object_id int, name sysname?, index_id int, type tinyint, type_desc desc?, is_unique bit?, data_space_id int, ignore_dup_key bit?, is_primary_key bit?,
is_unique_constraint bit?, fill_factor tinyint, is_padded bit?, is_disabled bit?, is_hypothetical bit?, is_ignored_in_optimization bit?, allow_row_locks bit?,
allow_page_locks bit?, has_filter bit?, filter_definition text?, compression_delay int?, suppress_dup_key_messages bit?, auto_created bit?, optimize_for_sequential_key bit?`,
    rows: (context) => visibleIndexes(context).map(indexRow),
  },
  {
    name: "sys.index_columns",
    columns: `object_id int, index_id int, index_column_id int, column_id int, key_ordinal tinyint, partition_ordinal tinyint, is_descending_key bit?, is_included_column bit?,
column_store_order_ordinal tinyint, data_clustering_ordinal tinyint`,
    rows: indexColumnRows,
  },
  {
    name: "sys.stats",
    columns: `object_id int, name sysname?, stats_id int, auto_created bit?, user_created bit?, no_recompute bit?, has_filter bit?, filter_definition text?, is_temporary bit?,
is_incremental bit?, has_persisted_sample bit?, stats_generation_method int, stats_generation_method_desc desc, auto_drop bit?`,
    rows: statisticsRows,
  },
  {
    name: "sys.stats_columns",
    columns: "object_id int, stats_id int, stats_column_id int, column_id int",
    rows: statisticsColumnRows,
  },
  {
    name: "sys.key_constraints",
    columns: `${OBJECT_COLUMNS}, unique_index_id int?, is_system_named bit, is_enforced bit?`,
    rows: (context) =>
      visibleObjects(context, "PK", "UQ").map((key) => ({
        ...objectRow(key),
        unique_index_id: key.indexId,
        is_system_named: bit(key.isSystemNamed),
        is_enforced: 1,
      })),
  },
  {
    name: "sys.default_constraints",
    columns: `${OBJECT_COLUMNS}, parent_column_id int, definition text?, is_system_named bit`,
    rows: (context) =>
      visibleObjects(context, "D")
        .filter(({ parentId }) => parentId !== 0)
        .map((constraint) => ({
          ...objectRow(constraint),
          parent_column_id: constraint.columnId,
          definition: constraint.definition,
          is_system_named: bit(constraint.isSystemNamed),
        })),
  },
  {
    name: "sys.check_constraints",
    columns: `${OBJECT_COLUMNS}, is_disabled bit, is_not_for_replication bit, is_not_trusted bit, parent_column_id int, definition text?, uses_database_collation bit?, is_system_named bit`,
    rows: checkRows,
  },
  {
    name: "sys.foreign_keys",
    columns: `${OBJECT_COLUMNS}, referenced_object_id int?, key_index_id int?, is_disabled bit, is_not_for_replication bit, is_not_trusted bit, delete_referential_action tinyint?,
delete_referential_action_desc desc?, update_referential_action tinyint?, update_referential_action_desc desc?, is_system_named bit`,
    rows: foreignKeyRows,
  },
  {
    name: "sys.foreign_key_columns",
    columns:
      "constraint_object_id int, constraint_column_id int, parent_object_id int, parent_column_id int, referenced_object_id int, referenced_column_id int",
    rows: foreignKeyColumnRows,
  },
  {
    name: "sys.identity_columns",
    columns: `${COLUMN_COLUMNS}, seed_value variant?, increment_value variant?, last_value variant?, is_not_for_replication bit?`,
    rows: identityRows,
  },
  {
    name: "sys.masked_columns",
    columns: `${COLUMN_COLUMNS}, masking_function longname?`,
    *rows(context) {
      for (const table of visibleObjects(context, "U")) {
        for (const column of table.columns) {
          if (column.mask === undefined) continue;
          yield { ...columnRow(context, table, column), masking_function: column.mask };
        }
      }
    },
  },
  {
    name: "sys.computed_columns",
    columns: `${COLUMN_COLUMNS}, definition text?, uses_database_collation bit, is_persisted bit`,
    rows: computedRows,
  },
];
