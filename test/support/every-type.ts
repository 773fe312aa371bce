/** A value as T-SQL, and how `readAllRows` gives it. */
export type Value = readonly [sql: string, text: string];

/** A column of the table of all types; its values stand in rows of their own, with NULL in all other columns. */
export interface TypeCase {
  readonly type: string;
  readonly values: readonly Value[];
}

/** Values whose text is that of the literal. */
function numbers(...literals: readonly string[]): readonly Value[] {
  return literals.map((literal) => [literal, literal]);
}

function quoted(...texts: readonly string[]): readonly Value[] {
  return texts.map((text) => [`'${text}'`, JSON.stringify(text)]);
}

/** Numbers that a double cannot hold. */
function exact(...literals: readonly string[]): readonly Value[] {
  return literals.map((literal) => [literal, JSON.stringify(literal)]);
}

function bytes(...literals: readonly string[]): readonly Value[] {
  return literals.map((literal) => [literal, literal]);
}

/** Unicode texts of columns that are read as UTF-16. */
function wide(...texts: readonly string[]): readonly Value[] {
  return texts.map((text) => [`N'${text}'`, `0x${Buffer.from(text, "utf16le").toString("hex")}`]);
}

const LATIN = "COLLATE Latin1_General_CI_AS";
const CYRILLIC = "COLLATE Cyrillic_General_CI_AS";
const UTF8 = "COLLATE Latin1_General_100_CI_AS_SC_UTF8";
/** The five bytes that code page 1252 gives no meaning. */
const UNDEFINED_1252: Value = ["0x818d8f909dff", "0x818d8f909dff"];
/** The one byte that code page 1251 gives no meaning. */
const UNDEFINED_1251: Value = ["0x98c6e8e7fc", "0x98c6e8e7fc"];
/** A high surrogate without its low one, A, and the other way round. */
const LONE_SURROGATES: Value = ["0x00d8410000dc", "0x00d8410000dc"];
const XML = '<a b="1">x &amp; Ж</a>';

/** Every type of the wire with the values at its edges. */
export const EVERY_TYPE: readonly TypeCase[] = [
  {
    type: "bit",
    values: [
      ["0", "false"],
      ["1", "true"],
    ],
  },
  { type: "tinyint", values: numbers("0", "255") },
  { type: "smallint", values: numbers("-32768", "32767") },
  { type: "int", values: numbers("-2147483648", "2147483647") },
  { type: "bigint", values: exact("-9223372036854775808", "9223372036854775807") },
  {
    type: "decimal(38,10)",
    values: exact(
      "-9999999999999999999999999999.9999999999",
      "9999999999999999999999999999.9999999999",
      "0.0000000001",
    ),
  },
  {
    type: "numeric(38,0)",
    values: exact(`-${"9".repeat(38)}`, "9".repeat(38), "1"),
  },
  { type: "decimal(9,2)", values: exact("-9999999.99", "9999999.99") },
  {
    type: "money",
    values: exact("-922337203685477.5808", "922337203685477.5807", "-0.0001", "9007199254740.9931"),
  },
  { type: "smallmoney", values: exact("-214748.3648", "214748.3647") },
  {
    type: "float",
    values: [
      ["-1.7976931348623157E308", "-1.7976931348623157e+308"],
      ["2.2250738585072014E-308", "2.2250738585072014e-308"],
      ["0e0 * -1", "-0"],
      ["0.1e0 + 0.2e0", "0.30000000000000004"],
    ],
  },
  {
    type: "real",
    values: [
      ["-3.4028234663852886E38", "-3.4028234663852886e+38"],
      ["1.1754943508222875E-38", "1.1754943508222875e-38"],
      ["0e0 * -1", "-0"],
    ],
  },
  { type: "date", values: quoted("0001-01-01", "9999-12-31", "2000-02-29") },
  { type: "time(7)", values: quoted("00:00:00.0000000", "23:59:59.9999999", "00:00:00.0000001") },
  { type: "time(0)", values: quoted("00:00:00", "23:59:59") },
  {
    type: "datetime",
    values: quoted("1753-01-01 00:00:00.000", "9999-12-31 23:59:59.997", "1900-01-01 00:00:00.003"),
  },
  { type: "smalldatetime", values: quoted("1900-01-01 00:00:00.000", "2079-06-06 23:59:00.000") },
  {
    type: "datetime2(7)",
    values: quoted("0001-01-01 00:00:00.0000000", "9999-12-31 23:59:59.9999999"),
  },
  { type: "datetime2(0)", values: quoted("2024-12-31 23:59:59") },
  {
    type: "datetimeoffset(7)",
    values: quoted(
      "0001-01-01 14:00:00.0000000 +14:00",
      "9999-12-31 09:59:59.9999999 -14:00",
      "2000-02-29 12:00:00.0000001 +05:45",
    ),
  },
  { type: "datetimeoffset(0)", values: quoted("2024-06-30 12:00:00 -00:30") },
  {
    type: `char(4) ${LATIN}`,
    values: [
      ["'a'", "0x61202020"],
      ["''", "0x20202020"],
    ],
  },
  { type: `varchar(50) ${LATIN}`, values: [UNDEFINED_1252, ["''", "0x"], ["N'€'", "0x80"]] },
  {
    type: `varchar(50) ${CYRILLIC}`,
    values: [UNDEFINED_1251, ["N'Жизнь'", "0xc6e8e7edfc"], ["''", "0x"]],
  },
  {
    type: `varchar(50) ${UTF8}`,
    values: [
      ["N'é漢😀'", `0x${Buffer.from("é漢😀").toString("hex")}`],
      ["''", "0x"],
    ],
  },
  {
    type: `varchar(max) ${CYRILLIC}`,
    values: [
      ["N'Ё'", "0xa8"],
      ["''", "0x"],
    ],
  },
  {
    type: `text ${LATIN}`,
    values: [
      ["N'é'", "0xe9"],
      ["''", "0x"],
    ],
  },
  { type: "nchar(3)", values: [["N'Ж'", "0x160420002000"]] },
  { type: "nvarchar(50)", values: [LONE_SURROGATES, ...wide("", "é漢😀", " trailing  ")] },
  { type: "nvarchar(max)", values: [LONE_SURROGATES, ...wide("")] },
  { type: "ntext", values: wide("", "Ж") },
  { type: "binary(4)", values: [["0x01", "0x01000000"]] },
  { type: "varbinary(50)", values: bytes("0x", "0x00ff00") },
  { type: "varbinary(max)", values: bytes("0x", "0x00ff00") },
  { type: "image", values: bytes("0x", "0x00ff00") },
  {
    type: "uniqueidentifier",
    values: quoted(
      "00000000-0000-0000-0000-000000000000",
      "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
      "6F9619FF-8B86-D011-B42D-00C04FC964FF",
    ),
  },
  { type: "xml", values: wide(XML, "", "text <b/>") },
];

/** Values of many base types for a column of sql_variant. */
export const VARIANTS: readonly string[] = [
  "CONVERT(bit, 1)",
  "CONVERT(tinyint, 255)",
  "CONVERT(smallint, -32768)",
  "CONVERT(int, -1)",
  "CONVERT(bigint, -9223372036854775808)",
  `CONVERT(decimal(38,10), -9999999999999999999999999999.9999999999)`,
  "CONVERT(numeric(5,2), 1.5)",
  "CONVERT(money, -922337203685477.5808)",
  "CONVERT(smallmoney, 0.0001)",
  "CONVERT(float, 0e0 * -1)",
  "CONVERT(real, 1.5)",
  "CONVERT(date, '9999-12-31')",
  "CONVERT(time(7), '23:59:59.9999999')",
  "CONVERT(datetime, '1753-01-01')",
  "CONVERT(smalldatetime, '2079-06-06')",
  "CONVERT(datetime2(3), '2000-02-29 12:00:00.123')",
  "CONVERT(datetimeoffset(7), '0001-01-01 14:00:00 +14:00')",
  "CONVERT(char(3), 'a')",
  `CONVERT(varchar(20), N'Жизнь' ${CYRILLIC})`,
  "CONVERT(nchar(3), N'Ж')",
  "CONVERT(nvarchar(20), 0x00d8410000dc)",
  "N''",
  "CONVERT(binary(2), 0x01)",
  "CONVERT(varbinary(20), 0x)",
  "CONVERT(uniqueidentifier, '6F9619FF-8B86-D011-B42D-00C04FC964FF')",
  "NULL",
];

/** CREATE TABLE and one INSERT for each value; the last row is all NULL. */
export function everyTypeScript(table: string): readonly string[] {
  const columns = EVERY_TYPE.map(({ type }, at) => `C${at} ${type} NULL`);
  const inserts = EVERY_TYPE.flatMap(({ values }, at) =>
    values.map(([sql]) => `INSERT ${table} (C${at}) VALUES (${sql});`),
  );
  return [
    `CREATE TABLE ${table} (${columns.join(", ")})`,
    inserts.join("\n"),
    `INSERT ${table} (C0) VALUES (NULL)`,
  ];
}

/** The rows of that table as `readAllRows` must give them. */
export function everyTypeRows(): readonly string[] {
  const nulls = EVERY_TYPE.map(() => "NULL");
  const rows = EVERY_TYPE.flatMap(({ values }, at) =>
    values.map(([, text]) => nulls.with(at, text).join(" | ")),
  );
  return [...rows, nulls.join(" | ")].toSorted();
}
