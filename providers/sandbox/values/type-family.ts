import type { SqlType, SqlTypeName } from "./sql-type.ts";

/** Types whose values are held alike, and which convert and compare alike. */
export type TypeFamily =
  | "integer"
  | "decimal"
  | "money"
  | "float"
  | "temporal"
  | "character"
  | "binary"
  | "uniqueidentifier"
  | "sql_variant"
  | "xml";

const FAMILIES: Readonly<Record<SqlTypeName, TypeFamily>> = {
  bit: "integer",
  tinyint: "integer",
  smallint: "integer",
  int: "integer",
  bigint: "integer",
  decimal: "decimal",
  numeric: "decimal",
  money: "money",
  smallmoney: "money",
  float: "float",
  real: "float",
  date: "temporal",
  time: "temporal",
  datetime: "temporal",
  datetime2: "temporal",
  smalldatetime: "temporal",
  datetimeoffset: "temporal",
  char: "character",
  varchar: "character",
  text: "character",
  nchar: "character",
  nvarchar: "character",
  ntext: "character",
  binary: "binary",
  varbinary: "binary",
  image: "binary",
  timestamp: "binary",
  uniqueidentifier: "uniqueidentifier",
  sql_variant: "sql_variant",
  xml: "xml",
};

/** Highest first ("Data type precedence" of the T-SQL reference; numeric is decimal). */
const PRECEDENCE: readonly SqlTypeName[] = [
  "sql_variant",
  "xml",
  "datetimeoffset",
  "datetime2",
  "datetime",
  "smalldatetime",
  "date",
  "time",
  "float",
  "real",
  "decimal",
  "numeric",
  "money",
  "smallmoney",
  "bigint",
  "int",
  "smallint",
  "tinyint",
  "bit",
  "ntext",
  "text",
  "image",
  "timestamp",
  "uniqueidentifier",
  "nvarchar",
  "nchar",
  "varchar",
  "char",
  "varbinary",
  "binary",
];

const RANKS = new Map(PRECEDENCE.map((name, index) => [name, index]));

export function familyOf(type: SqlType): TypeFamily {
  return FAMILIES[type.name];
}

/** Negative when `left` has the higher precedence. */
export function comparePrecedence(left: SqlType, right: SqlType): number {
  return (RANKS.get(left.name) ?? 0) - (RANKS.get(right.name) ?? 0);
}

/** nchar, nvarchar, ntext (and xml): UTF-16. */
export function isUnicode(type: SqlType): boolean {
  return (
    type.name === "nvarchar" ||
    type.name === "nchar" ||
    type.name === "ntext" ||
    type.name === "xml"
  );
}

export function isCharacter(type: SqlType): boolean {
  return FAMILIES[type.name] === "character";
}

/** text, ntext and image: no comparison, no operators. */
export function isLegacyLob(type: SqlType): boolean {
  return type.name === "text" || type.name === "ntext" || type.name === "image";
}

export function isNumber(type: SqlType): boolean {
  const family = FAMILIES[type.name];
  return family === "integer" || family === "decimal" || family === "money" || family === "float";
}
