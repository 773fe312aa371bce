import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import type { Row } from "../connection/tds-connection.ts";
import { compareOrdinal, quoteText } from "../names.ts";
import type { Catalog } from "./catalog.ts";
import { hex, number, numberOrZero, text, textOrNull } from "./fields.ts";

type Property = SqlServerSchema["properties"][number];
type Path = Property["path"];

/** Level 1 types of sp_addextendedproperty by object type. */
const OBJECT_LEVELS: Readonly<Record<string, string>> = {
  U: "TABLE",
  V: "VIEW",
  P: "PROCEDURE",
  FN: "FUNCTION",
  IF: "FUNCTION",
  TF: "FUNCTION",
  SN: "SYNONYM",
  SO: "SEQUENCE",
  D: "DEFAULT",
  R: "RULE",
};
const CONSTRAINTS: ReadonlySet<string> = new Set(["PK", "UQ", "C", "F", "D"]);
const SCALED: ReadonlySet<string> = new Set(["time", "datetime2", "datetimeoffset"]);
const CHARACTERS: ReadonlySet<string> = new Set(["nvarchar", "nchar", "varchar", "char"]);

function objectPath(catalog: Catalog, objectId: number): Path | undefined {
  const row = catalog.objects.get(objectId);
  if (row === undefined) return undefined;
  const type = text(row, "type").trim();
  const name = text(row, "name");
  const parentId = numberOrZero(row, "parent_object_id");
  if (parentId !== 0) {
    const parent = objectPath(catalog, parentId);
    const level = CONSTRAINTS.has(type) ? "CONSTRAINT" : "TRIGGER";
    return parent && [...parent, { type: level, name }];
  }
  const level = OBJECT_LEVELS[type];
  if (level === undefined) return undefined;
  return [
    { type: "SCHEMA", name: catalog.schema(number(row, "schema_id")) },
    { type: level, name },
  ];
}

function childName(catalog: Catalog, row: Row): Path | undefined {
  const id = number(row, "major_id");
  const minor = number(row, "minor_id");
  switch (number(row, "class")) {
    case 1:
      return minor === 0 ? [] : [{ type: "COLUMN", name: catalog.columnName(id, minor) }];
    case 2: {
      const found = catalog
        .of("parameters", "object_id", id)
        .find((item) => number(item, "parameter_id") === minor);
      return found && [{ type: "PARAMETER", name: text(found, "name") }];
    }
    default: {
      const found = catalog
        .of("indexes", "object_id", id)
        .find((item) => number(item, "index_id") === minor);
      return found && [{ type: "INDEX", name: text(found, "name") }];
    }
  }
}

function pathOf(catalog: Catalog, row: Row): Path | undefined {
  const id = number(row, "major_id");
  switch (number(row, "class")) {
    case 0:
      return [];
    case 1:
    case 2:
    case 7: {
      const parent = objectPath(catalog, id);
      const child = parent && childName(catalog, row);
      return child && [...parent, ...child];
    }
    case 3:
      return [{ type: "SCHEMA", name: catalog.schema(id) }];
    case 4:
      return [{ type: "USER", name: catalog.principal(id) }];
    case 6: {
      const type = catalog.types.get(id);
      if (type === undefined) return undefined;
      const { schema, name } = catalog.nameOf(type);
      return [
        { type: "SCHEMA", name: schema },
        { type: "TYPE", name },
      ];
    }
    default:
      return undefined;
  }
}

function characters(base: string, value: string | null): string | undefined {
  if (value === null) return undefined;
  return base.startsWith("n") ? quoteText(value) : `CAST(${quoteText(value)} AS varchar(8000))`;
}

function decimal(base: string, row: Row): string | undefined {
  const value = textOrNull(row, "value_text");
  const size = `${numberOrZero(row, "base_precision")}, ${numberOrZero(row, "base_scale")}`;
  return value === null ? undefined : `CAST(${value} AS ${base}(${size}))`;
}

function bytesAs(base: string, row: Row): string | undefined {
  const bytes = hex(row, "value_bytes");
  if (bytes === null || base === "varbinary" || base === "binary") return bytes ?? undefined;
  const type = SCALED.has(base) ? `${base}(${numberOrZero(row, "base_scale")})` : base;
  return `CAST(${bytes} AS ${type})`;
}

/**
 * T-SQL that gives the value with its base type: text and decimals as text, everything else by its bytes. Undefined for
 * float and real, which the server does not make from bytes.
 */
function valueOf(row: Row): string | undefined {
  const base = textOrNull(row, "base_type");
  if (base === null) return "NULL";
  if (CHARACTERS.has(base)) return characters(base, textOrNull(row, "value_text"));
  if (base === "decimal" || base === "numeric") return decimal(base, row);
  return base === "float" || base === "real" ? undefined : bytesAs(base, row);
}

/** Extended properties at every level; undefined parts are told in the notes by `unscriptedProperties`. */
export function describeProperties(catalog: Catalog): Property[] {
  const key = ({ path, name }: Property): string =>
    [...path.map((level) => `${level.type}\u0001${level.name}`), name].join("\u0002");
  return catalog.rows.extendedProperties
    .flatMap((row) => {
      const path = pathOf(catalog, row);
      const value = valueOf(row);
      return path === undefined || value === undefined
        ? []
        : [{ name: text(row, "name"), path, value }];
    })
    .toSorted((left, right) => compareOrdinal(key(left), key(right)));
}

/** Names of the extended properties that `describeProperties` leaves out. */
export function unscriptedProperties(catalog: Catalog): readonly string[] {
  return catalog.rows.extendedProperties
    .filter((row) => pathOf(catalog, row) === undefined || valueOf(row) === undefined)
    .filter((row) => number(row, "class") !== 1 || catalog.objects.has(number(row, "major_id")))
    .map((row) => text(row, "name"));
}
