import type { CellValue } from "../../../core/resource/row-format.ts";
import { codePageOf } from "./code-page.ts";
import { readValue } from "./read-value.ts";

/** Base types of a sql_variant by their type byte (MS-TDS 2.2.5.5.4). */
const BASES: Readonly<Record<number, string>> = {
  0x24: "uniqueidentifier",
  0x28: "date",
  0x29: "time",
  0x2a: "datetime2",
  0x2b: "datetimeoffset",
  0x30: "tinyint",
  0x32: "bit",
  0x34: "smallint",
  0x38: "int",
  0x3a: "smalldatetime",
  0x3b: "real",
  0x3c: "money",
  0x3d: "datetime",
  0x3e: "float",
  0x6a: "decimal",
  0x6c: "numeric",
  0x7a: "smallmoney",
  0x7f: "bigint",
  0xa5: "varbinary",
  0xa7: "varchar",
  0xad: "binary",
  0xaf: "char",
  0xe7: "nvarchar",
  0xef: "nchar",
};

const SCALED: ReadonlySet<string> = new Set(["time", "datetime2", "datetimeoffset"]);
const TEXTS: ReadonlySet<string> = new Set(["varchar", "char", "nvarchar", "nchar"]);
const DECIMALS: ReadonlySet<string> = new Set(["decimal", "numeric"]);

/** The content of a sql_variant: type byte, length of the properties, properties, value. */
export function readVariant(content: Uint8Array): CellValue {
  const name = BASES[content[0] ?? 0];
  if (name === undefined)
    throw new RangeError(`a sql_variant of type 0x${content[0]?.toString(16)}`);
  const split = 2 + (content[1] ?? 0);
  const properties = content.subarray(2, split);
  const scale = DECIMALS.has(name) ? (properties[1] ?? 0) : (properties[0] ?? 0);
  const page = TEXTS.has(name) ? codePageOf(properties.subarray(0, 5)) : "windows-1252";
  const value = readValue(content.subarray(split), { name, scale, page });
  return { kind: "typed", type: declared(name, properties), value };
}

function declared(name: string, properties: Uint8Array): string {
  const [first = 0, second = 0] = properties;
  if (DECIMALS.has(name)) return `${name}(${first},${second})`;
  return SCALED.has(name) ? `${name}(${first})` : name;
}
