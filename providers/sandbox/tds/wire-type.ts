import { type CodePage, findCodePage } from "../values/code-pages.ts";
import {
  type Collation,
  DEFAULT_COLLATION,
  findCollation,
  UTF8_CODE_PAGE,
} from "../values/collations.ts";
import type { SqlType, SqlTypeName } from "../values/sql-type.ts";
import { TYPE, type WireForm } from "./type-tokens.ts";

/** A type as TYPE_INFO puts it. */
export interface WireType {
  readonly token: number;
  readonly form: WireForm;
  readonly type: SqlType;
  /** The length that TYPE_INFO states, in bytes. */
  readonly maxLength: number;
  /** Character types: five bytes. */
  readonly collation: Uint8Array | undefined;
  /** Of char, varchar and text. */
  readonly codePage: CodePage | undefined;
}

/** MAX in a two-byte length. */
export const MAX_LENGTH = 0xffff;
const VARIANT_LENGTH = 8009;
const LOB_LENGTH = 0x7fffffff;
const NTEXT_LENGTH = 0x7ffffffe;

interface Numeric {
  readonly fixed: number;
  readonly nullable: number;
  readonly size: number;
}

/** Types with a form without length for NOT NULL columns, and one with length for the others. */
export const NUMERIC_TOKENS: Readonly<Partial<Record<SqlTypeName, Numeric>>> = {
  bit: { fixed: TYPE.bit, nullable: TYPE.bitN, size: 1 },
  tinyint: { fixed: TYPE.int1, nullable: TYPE.intN, size: 1 },
  smallint: { fixed: TYPE.int2, nullable: TYPE.intN, size: 2 },
  int: { fixed: TYPE.int4, nullable: TYPE.intN, size: 4 },
  bigint: { fixed: TYPE.int8, nullable: TYPE.intN, size: 8 },
  money: { fixed: TYPE.money8, nullable: TYPE.moneyN, size: 8 },
  smallmoney: { fixed: TYPE.money4, nullable: TYPE.moneyN, size: 4 },
  float: { fixed: TYPE.float8, nullable: TYPE.floatN, size: 8 },
  real: { fixed: TYPE.float4, nullable: TYPE.floatN, size: 4 },
  datetime: { fixed: TYPE.datetime8, nullable: TYPE.datetimeN, size: 8 },
  smalldatetime: { fixed: TYPE.datetime4, nullable: TYPE.datetimeN, size: 4 },
};

const CHARACTER_TOKENS: Readonly<Partial<Record<SqlTypeName, number>>> = {
  char: TYPE.char,
  varchar: TYPE.varchar,
  nchar: TYPE.nchar,
  nvarchar: TYPE.nvarchar,
  text: TYPE.text,
  ntext: TYPE.ntext,
};

const BINARY_TOKENS: Readonly<Partial<Record<SqlTypeName, number>>> = {
  binary: TYPE.binary,
  varbinary: TYPE.varbinary,
  timestamp: TYPE.binary,
  image: TYPE.image,
};

/** Bytes of the magnitude and the sign of a decimal, by its precision. */
export function decimalSize(precision: number): number {
  if (precision <= 9) return 5;
  if (precision <= 19) return 9;
  return precision <= 28 ? 13 : 17;
}

/** Bytes of a time of day, by the scale. */
export function timeSize(scale: number): number {
  if (scale <= 2) return 3;
  return scale <= 4 ? 4 : 5;
}

type Shape = Pick<WireType, "token" | "form" | "maxLength">;

function temporalShape({ name, scale = 7 }: SqlType): Shape | undefined {
  const time = timeSize(scale);
  if (name === "date") return { token: TYPE.date, form: "byte", maxLength: 3 };
  if (name === "time") return { token: TYPE.time, form: "byte", maxLength: time };
  if (name === "datetime2") return { token: TYPE.datetime2, form: "byte", maxLength: time + 3 };
  return name === "datetimeoffset"
    ? { token: TYPE.datetimeOffset, form: "byte", maxLength: time + 5 }
    : undefined;
}

function variableShape(type: SqlType, token: number): Shape {
  if (token === TYPE.text || token === TYPE.image) {
    return { token, form: "pointer", maxLength: LOB_LENGTH };
  }
  if (token === TYPE.ntext) return { token, form: "pointer", maxLength: NTEXT_LENGTH };
  if (type.length === -1) return { token, form: "plp", maxLength: MAX_LENGTH };
  const width = token === TYPE.nchar || token === TYPE.nvarchar ? 2 : 1;
  const length = type.name === "timestamp" ? 8 : (type.length ?? 1);
  return { token, form: "short", maxLength: Math.max(length * width, 1) };
}

const OTHER_SHAPES: Readonly<Partial<Record<SqlTypeName, Shape>>> = {
  uniqueidentifier: { token: TYPE.guid, form: "byte", maxLength: 16 },
  sql_variant: { token: TYPE.variant, form: "variant", maxLength: VARIANT_LENGTH },
  xml: { token: TYPE.xml, form: "plp", maxLength: MAX_LENGTH },
};

function otherShape({ name, precision = 18 }: SqlType): Shape {
  if (name === "decimal" || name === "numeric") {
    const token = name === "decimal" ? TYPE.decimalN : TYPE.numericN;
    return { token, form: "byte", maxLength: decimalSize(precision) };
  }
  const shape = OTHER_SHAPES[name];
  if (shape === undefined) throw new Error(`The type ${name} has no wire form. This is a bug.`);
  return shape;
}

function shapeOf(type: SqlType, nullable: boolean): Shape {
  const numeric = NUMERIC_TOKENS[type.name];
  if (numeric !== undefined) {
    return nullable
      ? { token: numeric.nullable, form: "byte", maxLength: numeric.size }
      : { token: numeric.fixed, form: "fixed", maxLength: numeric.size };
  }
  const token = CHARACTER_TOKENS[type.name] ?? BINARY_TOKENS[type.name];
  if (token !== undefined) return variableShape(type, token);
  return temporalShape(type) ?? otherShape(type);
}

function collationOf(type: SqlType): Collation | undefined {
  if (CHARACTER_TOKENS[type.name] === undefined) return undefined;
  const name = type.collation ?? DEFAULT_COLLATION;
  const collation = findCollation(name);
  if (collation === undefined) throw new Error(`The collation ${name} is unknown. This is a bug.`);
  return collation;
}

const BYTE_TEXT: readonly SqlTypeName[] = ["char", "varchar", "text"];

/** The code page of a text of bytes under a collation; that of the default collation where there is none. */
export function codePageOf(collation: Collation | undefined): CodePage {
  const number = collation?.codePage ?? 1252;
  return findCodePage(number === 0 ? UTF8_CODE_PAGE : number);
}

/** How the server sends a type: as SQL Server does, without length where NULL cannot come. */
export function describeType(type: SqlType, nullable: boolean): WireType {
  const collation = collationOf(type);
  return {
    ...shapeOf(type, nullable),
    type,
    collation: collation?.wire,
    codePage: BYTE_TEXT.includes(type.name) ? codePageOf(collation) : undefined,
  };
}
