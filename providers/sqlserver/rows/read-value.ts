import type { CellValue } from "../../../core/resource/row-format.ts";
import { decodeText } from "./code-page.ts";
import {
  readDate,
  readDateTime2,
  readDateTimeOffset,
  readOldDateTime,
  readTime,
} from "./moments.ts";
import { readDecimal, readFloat, readGuid, readInteger, readMoney } from "./numbers.ts";

/** What must be known of a type to read its values. */
export interface ValueType {
  /** Without length, precision and scale: `decimal`. */
  readonly name: string;
  readonly scale: number;
  /** Of char, varchar and text. */
  readonly page: string;
}

type Read = (content: Uint8Array, type: ValueType) => CellValue;

function exact(read: (content: Uint8Array, scale: number) => string): Read {
  return (content, { scale }) => ({ kind: "exact", text: read(content, scale) });
}

const number: Read = (content) => ({ kind: "number", text: String(readInteger(content)) });
const narrow: Read = (content, { page }) => ({ kind: "text", text: decodeText(content, page) });
const binary: Read = (content) => ({ kind: "binary", bytes: content });
const float: Read = (content) => ({ kind: "number", text: readFloat(content) });

function wideText(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.length & ~1).toString("utf16le");
}

const wide: Read = (content) => ({ kind: "text", text: wideText(content) });
/** xml may begin with a byte order mark. */
const xml: Read = (content) => ({
  kind: "text",
  text: wideText(content).replace(/^\ufeff/, ""),
});

const READERS: Readonly<Record<string, Read>> = {
  tinyint: number,
  smallint: number,
  int: number,
  bigint: exact((content) => String(readInteger(content))),
  bit: (content) => ({ kind: "flag", isTrue: (content[0] ?? 0) !== 0 }),
  real: float,
  float,
  money: exact(readMoney),
  smallmoney: exact(readMoney),
  decimal: exact(readDecimal),
  numeric: exact(readDecimal),
  datetime: exact(readOldDateTime),
  smalldatetime: exact(readOldDateTime),
  date: exact(readDate),
  time: exact(readTime),
  datetime2: exact(readDateTime2),
  datetimeoffset: exact(readDateTimeOffset),
  uniqueidentifier: exact(readGuid),
  char: narrow,
  varchar: narrow,
  text: narrow,
  nchar: wide,
  nvarchar: wide,
  ntext: wide,
  xml,
  binary,
  varbinary: binary,
  image: binary,
};

/** Throws RangeError for a type that has no reader. */
export function readValue(content: Uint8Array, type: ValueType): CellValue {
  const read = READERS[type.name];
  if (read === undefined) throw new RangeError(`values of type ${type.name} cannot be read`);
  return read(content, type);
}
