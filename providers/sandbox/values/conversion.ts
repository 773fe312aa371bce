import { requireExplicitConversion } from "./conversion-rules.ts";
import { compileToBinary } from "./convert-to-binary.ts";
import { compileToDecimal, compileToMoney } from "./convert-to-decimal.ts";
import { compileToFloat } from "./convert-to-float.ts";
import { compileToInteger } from "./convert-to-integer.ts";
import { compileToTemporal } from "./convert-to-temporal.ts";
import { compileToText } from "./convert-to-text.ts";
import type { DateOrder } from "./date-parse.ts";
import { formatGuid, tryParseGuid } from "./guid-bytes.ts";
import { raise } from "./sql-exception.ts";
import type { SqlType, SqlValue, Variant } from "./sql-type.ts";
import { decodeText } from "./text-fit.ts";
import { familyOf, type TypeFamily } from "./type-family.ts";
import { checkXml } from "./xml-text.ts";

/** The settings of the session that a conversion depends on. */
export interface ConversionSettings {
  readonly dateFormat: DateOrder;
}

export interface ConversionRequest {
  readonly from: SqlType;
  readonly to: SqlType;
  /** Third argument of CONVERT. */
  readonly style?: number | undefined;
}

/** Converts a value that is not NULL. Throws SqlException when the value does not fit. */
export type Convert = (value: SqlValue, settings: ConversionSettings) => SqlValue;

/**
 * The conversion of CAST and CONVERT: text and bytes that are too long are cut. Undefined: values pass as they are.
 * Whether the pair converts at all is checked before, by conversion-rules.ts.
 */
export function compileConversion(request: ConversionRequest): Convert | undefined {
  const { from, to } = request;
  if (from.name === "sql_variant")
    return to.name === "sql_variant" ? undefined : fromVariant(request);
  return COMPILERS[familyOf(to)](request);
}

/** Each variant brings its own type, so the conversion is found by the value, and kept for the next of that type. */
function fromVariant(request: ConversionRequest): Convert {
  const known = new Map<string, Convert | undefined>();
  return (value, settings) => {
    const variant = value as Variant;
    const key = JSON.stringify(variant.type);
    if (!known.has(key)) {
      requireExplicitConversion(variant.type, request.to);
      known.set(key, compileConversion({ ...request, from: variant.type }));
    }
    return known.get(key)?.(variant.value, settings) ?? variant.value;
  };
}

function toGuid(from: SqlType): Convert | undefined {
  if (from.name === "uniqueidentifier") return undefined;
  if (familyOf(from) === "binary") {
    return (value) => {
      const bytes = new Uint8Array(16);
      bytes.set((value as Uint8Array).subarray(0, 16));
      return formatGuid(bytes);
    };
  }
  return (value) =>
    tryParseGuid(value as string) ??
    raise(8169, "Conversion failed when converting from a character string to uniqueidentifier.", {
      state: 2,
    });
}

function toXml(from: SqlType): Convert | undefined {
  if (from.name === "xml") return undefined;
  if (familyOf(from) !== "binary") return (value) => checkXml(value as string);
  return (value) => {
    const bytes = value as Uint8Array;
    const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
    return checkXml(
      isWide ? decodeText(bytes.subarray(2), from) : Buffer.from(bytes).toString("utf8"),
    );
  };
}

const COMPILERS: Readonly<Record<TypeFamily, (request: ConversionRequest) => Convert | undefined>> =
  {
    integer: compileToInteger,
    decimal: compileToDecimal,
    money: compileToMoney,
    float: compileToFloat,
    temporal: compileToTemporal,
    character: compileToText,
    binary: compileToBinary,
    uniqueidentifier: ({ from }) => toGuid(from),
    sql_variant:
      ({ from }) =>
      (value) => ({ type: from, value: value as Variant["value"] }),
    xml: ({ from }) => toXml(from),
  };

/** A conversion that gives NULL where the value does not convert (TRY_CAST); refuses the same pairs of types. */
export function compileTryConversion(request: ConversionRequest): Convert | undefined {
  const convert = compileConversion(request);
  if (convert === undefined) return undefined;
  return (value, settings) => {
    try {
      return convert(value, settings);
    } catch (error) {
      if (isConversionFailure(error)) return null;
      throw error;
    }
  };
}

function isConversionFailure(error: unknown): boolean {
  return error instanceof Error && error.name === "SqlException";
}

/** Says in one word whether values pass from one type to the other unchanged. */
export function isSameType(left: SqlType, right: SqlType): boolean {
  return (
    left.name === right.name &&
    left.length === right.length &&
    left.precision === right.precision &&
    left.scale === right.scale &&
    left.collation === right.collation
  );
}
