import type {
  SchemaIndex,
  SchemaTable,
  SqlServerSchema,
} from "../../../schemas/sql-server-schema.ts";
import type { Row } from "../connection/tds-connection.ts";
import { compareOrdinal } from "../names.ts";
import { type Catalog, compareNames } from "./catalog.ts";
import { describeColumns } from "./describe-columns.ts";
import { describeTemporal } from "./describe-temporal.ts";
import { flag, number, numberOrZero, text, textOrNull } from "./fields.ts";

const INDEX_KINDS: Readonly<Record<number, SchemaIndex["kind"]>> = {
  1: "clustered",
  2: "nonclustered",
  5: "clustered_columnstore",
  6: "nonclustered_columnstore",
};
const ACTIONS = ["NO ACTION", "CASCADE", "SET NULL", "SET DEFAULT"] as const;

type Check = SchemaTable["checks"][number];
type ForeignKey = SchemaTable["foreignKeys"][number];

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return compareOrdinal(left.name, right.name);
}

/** The compression of an index or heap (index 0), of its first partition. */
function compressionOf(catalog: Catalog, objectId: number, indexId: number): string {
  const row = catalog
    .of("partitions", "object_id", objectId)
    .filter((item) => number(item, "index_id") === indexId)
    .toSorted((a, b) => number(a, "partition_number") - number(b, "partition_number"))[0];
  return row === undefined ? "NONE" : (textOrNull(row, "data_compression_desc") ?? "NONE");
}

function roleOf(row: Row): SchemaIndex["role"] {
  if (flag(row, "is_primary_key")) return "primary_key";
  return flag(row, "is_unique_constraint") ? "unique_constraint" : "index";
}

function describeIndex(catalog: Catalog, row: Row, kind: SchemaIndex["kind"]): SchemaIndex {
  const objectId = number(row, "object_id");
  const indexId = number(row, "index_id");
  const columns = catalog
    .of("indexColumns", "object_id", objectId)
    .filter((item) => number(item, "index_id") === indexId);
  const nameOf = (item: Row): string => catalog.columnName(objectId, number(item, "column_id"));
  const isColumnstore = kind.endsWith("columnstore");
  const keys = columns.filter((item) => number(item, "key_ordinal") > 0);
  keys.sort((left, right) => number(left, "key_ordinal") - number(right, "key_ordinal"));
  const others = columns.filter(
    (item) =>
      number(item, "key_ordinal") === 0 && (isColumnstore || flag(item, "is_included_column")),
  );
  return {
    name: text(row, "name"),
    kind,
    role: roleOf(row),
    isUnique: flag(row, "is_unique"),
    keys: keys.map((item) => ({
      column: nameOf(item),
      isDescending: flag(item, "is_descending_key"),
    })),
    included: kind === "clustered_columnstore" ? [] : others.map(nameOf).toSorted(compareOrdinal),
    filter: textOrNull(row, "filter_definition"),
    fillFactor: numberOrZero(row, "fill_factor"),
    isPadded: flag(row, "is_padded"),
    ignoresDuplicates: flag(row, "ignore_dup_key"),
    allowsRowLocks: flag(row, "allow_row_locks"),
    allowsPageLocks: flag(row, "allow_page_locks"),
    optimizesSequentialKey: flag(row, "optimize_for_sequential_key"),
    compressionDelay: Math.max(0, numberOrZero(row, "compression_delay")),
    compression: compressionOf(catalog, objectId, indexId),
    isDisabled: flag(row, "is_disabled"),
  };
}

/** The indexes that can be scripted; XML, spatial, full-text and hash indexes are told in the notes. */
export function describeIndexes(catalog: Catalog, objectId: number): SchemaIndex[] {
  return catalog
    .of("indexes", "object_id", objectId)
    .filter((row) => !flag(row, "is_hypothetical"))
    .flatMap((row) => {
      const kind = INDEX_KINDS[number(row, "type")];
      return kind === undefined ? [] : [describeIndex(catalog, row, kind)];
    })
    .toSorted(byName);
}

export function describeChecks(catalog: Catalog, objectId: number): Check[] {
  return catalog
    .of("checkConstraints", "parent_object_id", objectId)
    .map((row) => ({
      name: text(row, "name"),
      definition: text(row, "definition"),
      isTrusted: !flag(row, "is_not_trusted"),
      isDisabled: flag(row, "is_disabled"),
      notForReplication: flag(row, "is_not_for_replication"),
    }))
    .toSorted(byName);
}

function describeForeignKey(catalog: Catalog, row: Row): ForeignKey {
  const columns = catalog
    .of("foreignKeyColumns", "constraint_object_id", number(row, "object_id"))
    .toSorted(
      (left, right) => number(left, "constraint_column_id") - number(right, "constraint_column_id"),
    );
  const referenced = number(row, "referenced_object_id");
  const target = catalog.objectName(referenced);
  if (target === undefined) throw new TypeError("A foreign key without its table. This is a bug.");
  return {
    name: text(row, "name"),
    columns: columns.map((item) =>
      catalog.columnName(number(item, "parent_object_id"), number(item, "parent_column_id")),
    ),
    references: {
      ...target,
      columns: columns.map((item) =>
        catalog.columnName(referenced, number(item, "referenced_column_id")),
      ),
    },
    onDelete: ACTIONS[numberOrZero(row, "delete_referential_action")] ?? "NO ACTION",
    onUpdate: ACTIONS[numberOrZero(row, "update_referential_action")] ?? "NO ACTION",
    isTrusted: !flag(row, "is_not_trusted"),
    isDisabled: flag(row, "is_disabled"),
    notForReplication: flag(row, "is_not_for_replication"),
  };
}

function describeTable(
  catalog: Catalog,
  row: Row,
  identities: ReadonlyMap<number, string>,
): SchemaTable {
  const objectId = number(row, "object_id");
  return {
    ...catalog.nameOf(row),
    owner: catalog.owner(row),
    usesAnsiNulls: flag(row, "uses_ansi_nulls"),
    lockEscalation: textOrNull(row, "lock_escalation_desc") ?? "TABLE",
    textInRow: numberOrZero(row, "text_in_row_limit"),
    largeValuesOutOfRow: flag(row, "large_value_types_out_of_row"),
    heapCompression: compressionOf(catalog, objectId, 0),
    columns: describeColumns(catalog, objectId),
    indexes: describeIndexes(catalog, objectId),
    checks: describeChecks(catalog, objectId),
    foreignKeys: catalog
      .of("foreignKeys", "parent_object_id", objectId)
      .map((key) => describeForeignKey(catalog, key))
      .toSorted(byName),
    identityValue: identities.get(objectId) ?? null,
    ...describeTemporal(catalog, row),
  };
}

/** All user tables. `identities`: the last identity values by object. */
export function describeTables(
  catalog: Catalog,
  identities: ReadonlyMap<number, string>,
): SchemaTable[] {
  return catalog.rows.tables
    .map((row) => describeTable(catalog, row, identities))
    .toSorted(compareNames);
}

/** Indexes on views. */
export function describeViewIndexes(catalog: Catalog): SqlServerSchema["viewIndexes"] {
  return catalog.rows.objects
    .filter((row) => text(row, "type").trim() === "V")
    .flatMap((row) =>
      describeIndexes(catalog, number(row, "object_id")).map((index) => ({
        view: catalog.nameOf(row),
        index,
      })),
    )
    .toSorted(
      (left, right) => compareNames(left.view, right.view) || byName(left.index, right.index),
    );
}
