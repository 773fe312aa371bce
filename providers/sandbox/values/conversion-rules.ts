import { raise } from "./sql-exception.ts";
import type { SqlType, SqlTypeName } from "./sql-type.ts";

/** Which type converts to which, and whether by itself or only by CAST ("Data type conversion" chart of the T-SQL reference). */
type ConversionKind = "implicit" | "explicit" | "none";

type Names = readonly SqlTypeName[];

const INTEGERS: Names = ["bit", "tinyint", "smallint", "int", "bigint"];
const DECIMALS: Names = ["decimal", "numeric"];
const MONEY: Names = ["money", "smallmoney"];
const FLOATS: Names = ["float", "real"];
const NUMBERS: Names = [...INTEGERS, ...DECIMALS, ...MONEY, ...FLOATS];
const OLD_DATES: Names = ["datetime", "smalldatetime"];
const NEW_DATES: Names = ["date", "time", "datetime2", "datetimeoffset"];
const DATES: Names = [...OLD_DATES, ...NEW_DATES];
const ANSI: Names = ["char", "varchar"];
const WIDE: Names = ["nchar", "nvarchar"];
const STRINGS: Names = [...ANSI, ...WIDE];
const BYTES: Names = ["binary", "varbinary"];

interface Targets {
  readonly implicit: Names;
  readonly explicit: Names;
}

const FROM_TEXT: Targets = {
  implicit: [
    ...STRINGS,
    ...DATES,
    ...NUMBERS,
    "uniqueidentifier",
    "text",
    "ntext",
    "sql_variant",
    "xml",
  ],
  explicit: [...BYTES, "timestamp"],
};

function fromNumber(extra: Names): Targets {
  return {
    implicit: [...NUMBERS, ...STRINGS, ...BYTES, ...OLD_DATES, "sql_variant", ...extra],
    explicit: [],
  };
}

const FROM_MONEY: Targets = {
  implicit: [...NUMBERS, ...BYTES, ...OLD_DATES, "sql_variant", "timestamp"],
  explicit: STRINGS,
};

const FROM_OLD_DATE: Targets = {
  implicit: [...DATES, ...STRINGS, "sql_variant"],
  explicit: [...NUMBERS, ...BYTES, "timestamp"],
};

function fromNewDate(dates: Names): Targets {
  return { implicit: [...dates, ...STRINGS, "sql_variant"], explicit: BYTES };
}

const FROM_BYTES: Targets = {
  implicit: [
    ...BYTES,
    ...STRINGS,
    ...OLD_DATES,
    ...INTEGERS,
    ...DECIMALS,
    ...MONEY,
    "timestamp",
    "uniqueidentifier",
    "image",
    "sql_variant",
    "xml",
  ],
  explicit: NEW_DATES,
};

const INTEGER_TARGETS = fromNumber(["timestamp"]);
const FLOAT_TARGETS = fromNumber([]);

const TARGETS: Readonly<Record<SqlTypeName, Targets>> = {
  bit: INTEGER_TARGETS,
  tinyint: INTEGER_TARGETS,
  smallint: INTEGER_TARGETS,
  int: INTEGER_TARGETS,
  bigint: INTEGER_TARGETS,
  decimal: INTEGER_TARGETS,
  numeric: INTEGER_TARGETS,
  money: FROM_MONEY,
  smallmoney: FROM_MONEY,
  float: FLOAT_TARGETS,
  real: FLOAT_TARGETS,
  date: fromNewDate(["date", "datetime2", "datetimeoffset", ...OLD_DATES]),
  time: fromNewDate(["time", "datetime2", "datetimeoffset", ...OLD_DATES]),
  datetime: FROM_OLD_DATE,
  smalldatetime: FROM_OLD_DATE,
  datetime2: fromNewDate(DATES),
  datetimeoffset: fromNewDate(DATES),
  char: { implicit: [...FROM_TEXT.implicit, "image"], explicit: FROM_TEXT.explicit },
  varchar: { implicit: [...FROM_TEXT.implicit, "image"], explicit: FROM_TEXT.explicit },
  nchar: FROM_TEXT,
  nvarchar: FROM_TEXT,
  text: { implicit: [...STRINGS, "text", "ntext", "xml"], explicit: [] },
  ntext: { implicit: [...STRINGS, "text", "ntext", "xml"], explicit: [] },
  binary: FROM_BYTES,
  varbinary: FROM_BYTES,
  image: { implicit: [...BYTES, "timestamp", "image"], explicit: [] },
  timestamp: {
    implicit: [
      ...BYTES,
      ...ANSI,
      ...OLD_DATES,
      ...INTEGERS,
      ...DECIMALS,
      ...MONEY,
      "timestamp",
      "image",
    ],
    explicit: [],
  },
  uniqueidentifier: {
    implicit: [...BYTES, ...STRINGS, "uniqueidentifier", "sql_variant"],
    explicit: [],
  },
  sql_variant: {
    implicit: ["sql_variant"],
    explicit: [...NUMBERS, ...DATES, ...STRINGS, ...BYTES, "uniqueidentifier"],
  },
  xml: { implicit: ["xml"], explicit: [...STRINGS, ...BYTES] },
};

const LONG: Names = ["varchar", "nvarchar", "varbinary"];

function conversionKind(from: SqlType, to: SqlType): ConversionKind {
  const { implicit, explicit } = TARGETS[from.name];
  if (implicit.includes(to.name)) {
    return to.name === "sql_variant" && from.length === -1 && LONG.includes(from.name)
      ? "none"
      : "implicit";
  }
  return explicit.includes(to.name) ? "explicit" : "none";
}

/** Refuses with 206 or 257 what does not convert by itself. */
export function requireImplicitConversion(from: SqlType, to: SqlType): void {
  const kind = conversionKind(from, to);
  if (kind === "none") {
    raise(206, `Operand type clash: ${shownName(from)} is incompatible with ${shownName(to)}`, {
      state: 2,
    });
  }
  if (kind === "explicit") {
    raise(
      257,
      `Implicit conversion from data type ${shownName(from)} to ${shownName(to)} is not allowed. Use the CONVERT function to run this query.`,
      { state: 3 },
    );
  }
}

/** Refuses with 529 what CAST cannot convert. */
export function requireExplicitConversion(from: SqlType, to: SqlType): void {
  if (conversionKind(from, to) !== "none") return;
  raise(
    529,
    `Explicit conversion from data type ${shownName(from)} to ${shownName(to)} is not allowed.`,
    { state: 2 },
  );
}

/** The name that messages give a type: MAX types say so. */
export function shownName(type: SqlType): string {
  return type.length === -1 && LONG.includes(type.name) ? `${type.name}(max)` : type.name;
}

/** The name that messages of arithmetic give a type: decimal is called numeric. */
export function arithmeticName(type: SqlType): string {
  return type.name === "decimal" ? "numeric" : type.name;
}
