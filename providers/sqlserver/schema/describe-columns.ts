import type { SchemaColumn } from "../../../schemas/sql-server-schema.ts";
import type { Row } from "../connection/tds-connection.ts";
import { quotePath } from "../names.ts";
import type { Catalog } from "./catalog.ts";
import { flag, number, numberOrZero, text, textOrNull } from "./fields.ts";

const UNICODE = new Set(["nchar", "nvarchar"]);
const SIZED = new Set(["char", "varchar", "binary", "varbinary"]);
const SCALED = new Set(["time", "datetime2", "datetimeoffset"]);
const EXACT = new Set(["decimal", "numeric"]);
const ROW_VERSION = "timestamp";
/** Types whose trailing blanks or zeros depend on ANSI_PADDING. */
const PADDABLE = new Set(["char", "varchar", "binary", "varbinary"]);

/** `nvarchar(40)` from a row that has max_length, precision and scale. */
export function declareSystemType(name: string, row: Row): string {
  const length = number(row, "max_length");
  if (UNICODE.has(name)) return `${name}(${length === -1 ? "max" : length / 2})`;
  if (SIZED.has(name)) return `${name}(${length === -1 ? "max" : length})`;
  if (SCALED.has(name)) return `${name}(${number(row, "scale")})`;
  if (EXACT.has(name)) return `${name}(${number(row, "precision")}, ${number(row, "scale")})`;
  return name;
}

/** The type of a column as CREATE TABLE takes it. */
export function declareType(catalog: Catalog, row: Row): string {
  const type = catalog.typeOf(row);
  const name = text(type, "name");
  if (!flag(type, "is_user_defined")) return declareSystemType(name, row);
  return quotePath(catalog.schema(number(type, "schema_id")), name);
}

function describeIdentity(catalog: Catalog, row: Row): SchemaColumn["identity"] {
  const found = catalog
    .of("identityColumns", "object_id", number(row, "object_id"))
    .find((item) => number(item, "column_id") === number(row, "column_id"));
  if (found === undefined) return null;
  return {
    seed: text(found, "seed_text"),
    increment: text(found, "increment_text"),
    notForReplication: flag(found, "is_not_for_replication"),
  };
}

function describeComputed(catalog: Catalog, row: Row): SchemaColumn["computed"] {
  const found = catalog
    .of("computedColumns", "object_id", number(row, "object_id"))
    .find((item) => number(item, "column_id") === number(row, "column_id"));
  if (found === undefined) return null;
  return { definition: text(found, "definition"), isPersisted: flag(found, "is_persisted") };
}

function describeDefault(catalog: Catalog, row: Row): SchemaColumn["default"] {
  const found = catalog
    .of("defaultConstraints", "parent_object_id", number(row, "object_id"))
    .find((item) => number(item, "parent_column_id") === number(row, "column_id"));
  if (found === undefined) return null;
  return { name: text(found, "name"), definition: text(found, "definition") };
}

function describeMask(catalog: Catalog, row: Row): string | null {
  const found = catalog
    .of("maskedColumns", "object_id", number(row, "object_id"))
    .find((item) => number(item, "column_id") === number(row, "column_id"));
  return found === undefined ? null : textOrNull(found, "masking_function");
}

/** The name of the system type beneath a column, through an alias type too. */
export function systemTypeName(catalog: Catalog, row: Row): string {
  const type = catalog.typeOf(row);
  if (!flag(type, "is_user_defined") || flag(type, "is_assembly_type")) return text(type, "name");
  const system = catalog.systemType(number(row, "system_type_id"));
  return system === undefined ? text(type, "name") : text(system, "name");
}

function describeColumn(catalog: Catalog, row: Row): SchemaColumn {
  const computed = describeComputed(catalog, row);
  const type = systemTypeName(catalog, row);
  const isColumnSet = flag(row, "is_column_set");
  return {
    name: text(row, "name"),
    type: computed === null ? declareType(catalog, row) : "",
    collation: computed === null ? textOrNull(row, "collation_name") : null,
    isNullable: flag(row, "is_nullable"),
    identity: describeIdentity(catalog, row),
    computed,
    default: describeDefault(catalog, row),
    mask: describeMask(catalog, row),
    isRowGuid: flag(row, "is_rowguidcol"),
    isSparse: flag(row, "is_sparse"),
    isColumnSet,
    isPadded: !PADDABLE.has(type) || flag(row, "is_ansi_padded"),
    hasRows: computed === null && !isColumnSet && type !== ROW_VERSION,
  };
}

/** The columns of a table or table type, in their order. */
export function describeColumns(catalog: Catalog, objectId: number): SchemaColumn[] {
  return catalog
    .columns(objectId)
    .filter((row) => numberOrZero(row, "graph_type") === 0)
    .map((row) => describeColumn(catalog, row));
}
