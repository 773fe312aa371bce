import { findCollationOfWire } from "../values/collations.ts";
import type { SqlTypeName } from "../values/sql-type.ts";
import { type ByteReader, ProtocolError } from "./byte-reader.ts";
import { TYPE } from "./type-tokens.ts";
import { codePageOf, MAX_LENGTH, NUMERIC_TOKENS, type WireType } from "./wire-type.ts";

/** The client names a type that this server does not know: SQL Server's error 8009. */
export class UnknownTypeError extends ProtocolError {
  override readonly name = "UnknownTypeError";
  readonly token: number;

  constructor(token: number) {
    super(`data type 0x${token.toString(16).padStart(2, "0").toUpperCase()} is unknown`);
    this.token = token;
  }
}

type Reader = (reader: ByteReader, token: number) => WireType;

type Plain = Pick<WireType, "token" | "form" | "type" | "maxLength">;

function plain(wire: Plain): WireType {
  return { ...wire, collation: undefined, codePage: undefined };
}

function readLengthOf(allowed: Readonly<Record<number, SqlTypeName>>): Reader {
  return (reader, token) => {
    const length = reader.u8();
    const name = allowed[length];
    if (name === undefined) throw new ProtocolError(`length ${length} is wrong for its data type`);
    return plain({ token, form: "byte", type: { name }, maxLength: length });
  };
}

function readDecimal(name: "decimal" | "numeric"): Reader {
  return (reader, token) => {
    const length = reader.u8();
    const precision = reader.u8();
    const scale = reader.u8();
    if (precision < 1 || precision > 38 || scale > precision || length > 17) {
      throw new ProtocolError("a decimal has a wrong precision or scale");
    }
    return plain({ token, form: "byte", type: { name, precision, scale }, maxLength: length });
  };
}

function readScaled(name: "time" | "datetime2" | "datetimeoffset"): Reader {
  return (reader, token) => {
    const scale = reader.u8();
    if (scale > 7) throw new ProtocolError("a time has a scale above 7");
    return plain({ token, form: "byte", type: { name, scale }, maxLength: 10 });
  };
}

function readCollation(reader: ByteReader, wire: WireType): WireType {
  const bytes = Uint8Array.from(reader.bytes(5));
  const collation = findCollationOfWire(bytes);
  const { name } = wire.type;
  const isUnicode = name === "nchar" || name === "nvarchar" || name === "ntext";
  return {
    ...wire,
    type: { ...wire.type, collation: collation?.name },
    collation: bytes,
    codePage: isUnicode ? undefined : codePageOf(collation),
  };
}

function readShort(name: SqlTypeName, width: number): Reader {
  return (reader, token) => {
    const maxLength = reader.u16();
    const isMax = maxLength === MAX_LENGTH;
    const length = isMax ? -1 : Math.floor(maxLength / width);
    const wire = plain({ token, form: isMax ? "plp" : "short", type: { name, length }, maxLength });
    return name === "binary" || name === "varbinary" ? wire : readCollation(reader, wire);
  };
}

/** Types from before SQL Server 7, which clients may still send: one byte of length, no collation. */
function readLegacy(name: SqlTypeName): Reader {
  return (reader, token) => {
    const length = reader.u8();
    const wire = plain({ token, form: "byte", type: { name, length }, maxLength: length });
    return name === "binary" || name === "varbinary"
      ? wire
      : { ...wire, codePage: codePageOf(undefined) };
  };
}

function readPointer(name: "text" | "ntext" | "image"): Reader {
  return (reader, token) => {
    const wire = plain({ token, form: "pointer", type: { name }, maxLength: reader.u32() });
    return name === "image" ? wire : readCollation(reader, wire);
  };
}

function readXml(reader: ByteReader, token: number): WireType {
  if (reader.u8() === 1) {
    reader.shortText();
    reader.shortText();
    reader.longText();
  }
  return plain({ token, form: "plp", type: { name: "xml" }, maxLength: MAX_LENGTH });
}

const READERS: Readonly<Record<number, Reader>> = {
  [TYPE.intN]: readLengthOf({ 1: "tinyint", 2: "smallint", 4: "int", 8: "bigint" }),
  [TYPE.bitN]: readLengthOf({ 1: "bit" }),
  [TYPE.floatN]: readLengthOf({ 4: "real", 8: "float" }),
  [TYPE.moneyN]: readLengthOf({ 4: "smallmoney", 8: "money" }),
  [TYPE.datetimeN]: readLengthOf({ 4: "smalldatetime", 8: "datetime" }),
  [TYPE.guid]: readLengthOf({ 16: "uniqueidentifier" }),
  [TYPE.decimalN]: readDecimal("decimal"),
  [TYPE.numericN]: readDecimal("numeric"),
  [TYPE.legacyDecimal]: readDecimal("decimal"),
  [TYPE.legacyNumeric]: readDecimal("numeric"),
  [TYPE.date]: (_reader, token) =>
    plain({ token, form: "byte", type: { name: "date" }, maxLength: 3 }),
  [TYPE.time]: readScaled("time"),
  [TYPE.datetime2]: readScaled("datetime2"),
  [TYPE.datetimeOffset]: readScaled("datetimeoffset"),
  [TYPE.char]: readShort("char", 1),
  [TYPE.varchar]: readShort("varchar", 1),
  [TYPE.nchar]: readShort("nchar", 2),
  [TYPE.nvarchar]: readShort("nvarchar", 2),
  [TYPE.binary]: readShort("binary", 1),
  [TYPE.varbinary]: readShort("varbinary", 1),
  [TYPE.legacyChar]: readLegacy("char"),
  [TYPE.legacyVarchar]: readLegacy("varchar"),
  [TYPE.legacyBinary]: readLegacy("binary"),
  [TYPE.legacyVarbinary]: readLegacy("varbinary"),
  [TYPE.text]: readPointer("text"),
  [TYPE.ntext]: readPointer("ntext"),
  [TYPE.image]: readPointer("image"),
  [TYPE.variant]: (reader, token) =>
    plain({ token, form: "variant", type: { name: "sql_variant" }, maxLength: reader.u32() }),
  [TYPE.xml]: readXml,
};

const FIXED: ReadonlyMap<number, WireType> = new Map(
  Object.entries(NUMERIC_TOKENS).map(([name, { fixed, size }]) => [
    fixed,
    plain({ token: fixed, form: "fixed", type: { name: name as SqlTypeName }, maxLength: size }),
  ]),
);

/** Reads TYPE_INFO. Throws UnknownTypeError for types that this server lacks (UDT, table-valued, json, vector). */
export function readTypeInfo(reader: ByteReader): WireType {
  const token = reader.u8();
  const fixed = FIXED.get(token);
  if (fixed !== undefined) return fixed;
  const read = READERS[token];
  if (read === undefined) throw new UnknownTypeError(token);
  return read(reader, token);
}
