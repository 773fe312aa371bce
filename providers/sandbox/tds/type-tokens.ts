/** The type bytes of TYPE_INFO ([MS-TDS] 2.2.5.4). */
export const TYPE = {
  image: 0x22,
  text: 0x23,
  guid: 0x24,
  legacyVarbinary: 0x25,
  intN: 0x26,
  legacyVarchar: 0x27,
  date: 0x28,
  time: 0x29,
  datetime2: 0x2a,
  datetimeOffset: 0x2b,
  legacyBinary: 0x2d,
  legacyChar: 0x2f,
  int1: 0x30,
  bit: 0x32,
  int2: 0x34,
  legacyDecimal: 0x37,
  int4: 0x38,
  datetime4: 0x3a,
  float4: 0x3b,
  money8: 0x3c,
  datetime8: 0x3d,
  float8: 0x3e,
  legacyNumeric: 0x3f,
  variant: 0x62,
  ntext: 0x63,
  bitN: 0x68,
  decimalN: 0x6a,
  numericN: 0x6c,
  floatN: 0x6d,
  moneyN: 0x6e,
  datetimeN: 0x6f,
  money4: 0x7a,
  int8: 0x7f,
  varbinary: 0xa5,
  varchar: 0xa7,
  binary: 0xad,
  char: 0xaf,
  nvarchar: 0xe7,
  nchar: 0xef,
  xml: 0xf1,
} as const;

/** How a value is delimited on the wire. */
export type WireForm =
  /** No length: the column is declared NOT NULL. */
  | "fixed"
  /** One byte of length, 0 is NULL. */
  | "byte"
  /** Two bytes of length, 0xFFFF is NULL. */
  | "short"
  /** Chunks, for MAX types and xml. */
  | "plp"
  /** A text pointer, a timestamp and four bytes of length. */
  | "pointer"
  /** Four bytes of length, then the base type and its properties. */
  | "variant";
