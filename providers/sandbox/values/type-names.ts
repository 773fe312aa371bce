import { raise } from "./sql-exception.ts";
import type { SqlType, SqlTypeName } from "./sql-type.ts";

const MAX = -1;

const SYNONYMS: Readonly<Record<string, SqlTypeName>> = {
  integer: "int",
  dec: "decimal",
  "double precision": "float",
  character: "char",
  "character varying": "varchar",
  "char varying": "varchar",
  "national character": "nchar",
  "national char": "nchar",
  "national character varying": "nvarchar",
  "national char varying": "nvarchar",
  "national text": "ntext",
  "binary varying": "varbinary",
  rowversion: "timestamp",
};

interface Shape {
  readonly kind: "plain" | "length" | "decimal" | "float" | "fraction";
  readonly maximum?: number;
  readonly allowsMax?: boolean;
}

const PLAIN: Shape = { kind: "plain" };
const FRACTION: Shape = { kind: "fraction" };

const SHAPES: Readonly<Record<SqlTypeName, Shape>> = {
  bit: PLAIN,
  tinyint: PLAIN,
  smallint: PLAIN,
  int: PLAIN,
  bigint: PLAIN,
  decimal: { kind: "decimal" },
  numeric: { kind: "decimal" },
  money: PLAIN,
  smallmoney: PLAIN,
  float: { kind: "float" },
  real: PLAIN,
  date: PLAIN,
  time: FRACTION,
  datetime: PLAIN,
  datetime2: FRACTION,
  smalldatetime: PLAIN,
  datetimeoffset: FRACTION,
  char: { kind: "length", maximum: 8000 },
  varchar: { kind: "length", maximum: 8000, allowsMax: true },
  text: PLAIN,
  nchar: { kind: "length", maximum: 4000 },
  nvarchar: { kind: "length", maximum: 4000, allowsMax: true },
  ntext: PLAIN,
  binary: { kind: "length", maximum: 8000 },
  varbinary: { kind: "length", maximum: 8000, allowsMax: true },
  image: PLAIN,
  timestamp: PLAIN,
  uniqueidentifier: PLAIN,
  sql_variant: PLAIN,
  xml: PLAIN,
};

/** A type as written: its arguments, and the length when none is written (1 in declarations, 30 in CAST and CONVERT). */
export interface TypeSpelling {
  readonly name: string;
  /** -1 is MAX. */
  readonly arguments: readonly number[];
  readonly defaultLength: number;
}

/**
 * The system type of a name in any case, synonyms included; undefined for a name that is no system type.
 * Character types come without a collation. Throws 131, 1001, 1002, 2716, 2750 and 2751 for arguments that the type does not take.
 */
export function resolveSystemType(spelling: TypeSpelling): SqlType | undefined {
  const lower = spelling.name.toLowerCase();
  if (lower === "sysname") return { name: "nvarchar", length: 128 };
  const name = Object.hasOwn(SHAPES, lower) ? (lower as SqlTypeName) : SYNONYMS[lower];
  if (name === undefined) return undefined;
  const shape = SHAPES[name];
  switch (shape.kind) {
    case "plain":
      return plainType(name, spelling);
    case "length":
      return lengthType(name, shape, spelling);
    case "decimal":
      return decimalType(name, spelling);
    case "float":
      return floatType(spelling);
    case "fraction":
      return fractionType(name, spelling);
    default:
      return shape.kind satisfies never;
  }
}

function plainType(name: SqlTypeName, spelling: TypeSpelling): SqlType {
  if (spelling.arguments.length > 0) {
    raise(
      2716,
      `Column, parameter, or variable #1: Cannot specify a column width on data type ${spelling.name}.`,
    );
  }
  return { name };
}

function lengthType(name: SqlTypeName, shape: Shape, spelling: TypeSpelling): SqlType {
  const [length = spelling.defaultLength] = spelling.arguments;
  if (length === MAX && shape.allowsMax === true) return { name, length };
  const maximum = shape.maximum ?? 0;
  if (length > maximum) {
    raise(
      131,
      `The size (${length}) given to the type '${spelling.name}' exceeds the maximum allowed for any data type (${maximum}).`,
      { class: 15, state: 3 },
    );
  }
  if (length < 1) {
    raise(1001, `Line 1: Length or precision specification ${length} is invalid.`, { class: 15 });
  }
  return { name, length };
}

function decimalType(name: SqlTypeName, spelling: TypeSpelling): SqlType {
  const [precision = 18, scale = 0] = spelling.arguments;
  if (precision > 38) {
    raise(
      2750,
      `Column or parameter #1: Specified column precision ${precision} is greater than the maximum precision of 38.`,
    );
  }
  if (precision < 1) {
    raise(1001, `Line 1: Length or precision specification ${precision} is invalid.`, {
      class: 15,
    });
  }
  if (scale > precision) {
    raise(
      2751,
      `Column or parameter #1: Specified column scale ${scale} is greater than the specified precision of ${precision}.`,
    );
  }
  return { name, precision, scale };
}

function floatType(spelling: TypeSpelling): SqlType {
  const [bits = 53] = spelling.arguments;
  if (bits > 53) {
    raise(
      2750,
      `Column or parameter #1: Specified column precision ${bits} is greater than the maximum precision of 53.`,
    );
  }
  if (bits < 1) {
    raise(1001, `Line 1: Length or precision specification ${bits} is invalid.`, { class: 15 });
  }
  return { name: bits <= 24 ? "real" : "float" };
}

function fractionType(name: SqlTypeName, spelling: TypeSpelling): SqlType {
  const [scale = 7] = spelling.arguments;
  if (scale > 7 || scale < 0)
    raise(1002, `Line 1: Specified scale ${scale} is invalid.`, { class: 15 });
  return { name, scale };
}

/** As a script would write it: `decimal(10,2)`, `nvarchar(max)`. */
export function formatType(type: SqlType): string {
  const shape = SHAPES[type.name];
  switch (shape.kind) {
    case "length":
      return `${type.name}(${type.length === MAX ? "max" : (type.length ?? 1)})`;
    case "decimal":
      return `${type.name}(${type.precision ?? 18},${type.scale ?? 0})`;
    case "fraction":
      return `${type.name}(${type.scale ?? 7})`;
    case "plain":
    case "float":
      return type.name;
    default:
      return shape.kind satisfies never;
  }
}
