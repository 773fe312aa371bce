/** The system types that the sandbox knows, by SQL Server's names. */
export type SqlTypeName =
  | "bit"
  | "tinyint"
  | "smallint"
  | "int"
  | "bigint"
  | "decimal"
  | "numeric"
  | "money"
  | "smallmoney"
  | "float"
  | "real"
  | "date"
  | "time"
  | "datetime"
  | "datetime2"
  | "smalldatetime"
  | "datetimeoffset"
  | "char"
  | "varchar"
  | "text"
  | "nchar"
  | "nvarchar"
  | "ntext"
  | "binary"
  | "varbinary"
  | "image"
  | "timestamp"
  | "uniqueidentifier"
  | "sql_variant"
  | "xml";

/** A type with everything that decides its values and its form on the wire. */
export interface SqlType {
  readonly name: SqlTypeName;
  /** Characters for nchar and nvarchar, bytes for char, varchar, binary and varbinary; -1 is MAX. */
  readonly length?: number | undefined;
  /** decimal and numeric: 1 to 38. */
  readonly precision?: number | undefined;
  /** decimal and numeric; time, datetime2 and datetimeoffset (0 to 7). */
  readonly scale?: number | undefined;
  /** Character types: `SQL_Latin1_General_CP1_CI_AS`. */
  readonly collation?: string | undefined;
}

/** A value of type datetimeoffset. */
export interface DateTimeOffset {
  /** 100 ns since 0001-01-01T00:00:00 UTC. */
  readonly utcTicks: bigint;
  /** -840 to 840. */
  readonly offsetMinutes: number;
}

/** A value of type sql_variant, with its base type. */
export interface Variant {
  readonly type: SqlType;
  readonly value: Exclude<SqlValue, Variant>;
}

/**
 * How values are held, by type; NULL is null.
 *
 * bit, tinyint, smallint, int: number (bit 0 or 1) · bigint: bigint · decimal, numeric: bigint, the unscaled value at the type's scale
 * money, smallmoney: bigint, ten-thousandths · float, real: number (-0 is kept; real already rounded to single precision)
 * date: number, days since 0001-01-01 · time: number, 100 ns since midnight · datetime2: bigint, 100 ns since 0001-01-01
 * datetime: number, days since 1900-01-01 x 25,920,000 + 1/300 s since midnight · smalldatetime: number, minutes since 1900-01-01
 * datetimeoffset: DateTimeOffset · char, varchar, text, nchar, nvarchar, ntext, xml: string of UTF-16 units, lone surrogates kept
 * (bytes of a code page that stand for nothing are U+0080 to U+009F, as in Windows) · binary, varbinary, image, timestamp: Uint8Array
 * uniqueidentifier: string, upper case with dashes · sql_variant: Variant
 */
export type SqlValue = null | number | bigint | string | Uint8Array | DateTimeOffset | Variant;
