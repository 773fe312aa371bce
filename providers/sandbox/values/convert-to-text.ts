import type { ConversionRequest, Convert } from "./conversion.ts";
import { arithmeticName } from "./conversion-rules.ts";
import { dateFormatter, defaultDateStyle } from "./date-format.ts";
import { formatDecimal } from "./decimal.ts";
import { momentReader } from "./moments.ts";
import { formatFloat, formatMoney } from "./number-text.ts";
import { raise } from "./sql-exception.ts";
import type { SqlType, SqlValue } from "./sql-type.ts";
import { compileTextFit, decodeText } from "./text-fit.ts";
import { familyOf, isUnicode } from "./type-family.ts";

/** Values as char, varchar, text and their wide kin. Casts rest on how sql-type.ts holds each type. */

type Format = (value: SqlValue) => string;

function badStyle(style: number, from: SqlType): never {
  raise(
    281,
    `${style} is not a valid style number when converting from ${from.name} to a character string.`,
  );
}

/** A number that does not fit the length: `*` for the old integers in char, an error elsewhere. */
function fitNumber({ from, to }: ConversionRequest, format: Format): Convert {
  const { fit } = compileTextFit(to);
  const limit = to.length ?? -1;
  const showsStar =
    !isUnicode(to) && (from.name === "int" || from.name === "smallint" || from.name === "tinyint");
  return (value) => {
    const text = format(value);
    if (limit < 0 || text.length <= limit) return fit(text);
    if (showsStar) return fit("*");
    return numberTooLong(from, to);
  };
}

function numberTooLong(from: SqlType, to: SqlType): never {
  if (familyOf(from) === "money") {
    raise(234, `There is insufficient result space to convert a money value to ${to.name}.`, {
      state: 2,
    });
  }
  const source = familyOf(from) === "decimal" ? arithmeticName(from) : "expression";
  raise(8115, `Arithmetic overflow error converting ${source} to data type ${to.name}.`, {
    state: familyOf(from) === "decimal" ? 5 : 2,
  });
}

function decimalFormat(from: SqlType): Format {
  const scale = from.scale ?? 0;
  return (value) => formatDecimal(value as bigint, scale);
}

function moneyFormat({ from, style = 0 }: ConversionRequest): Format {
  if (formatMoney(0n, style) === undefined) badStyle(style, from);
  return (value) => formatMoney(value as bigint, style) ?? "";
}

function floatFormat({ from, style = 0 }: ConversionRequest): Format {
  const isReal = from.name === "real";
  if (formatFloat(0, style, isReal) === undefined) badStyle(style, from);
  return (value) => formatFloat(value as number, style, isReal) ?? "";
}

function temporalToText({ from, to, style }: ConversionRequest): Convert {
  const chosen = style ?? defaultDateStyle(from);
  const format = dateFormatter(from, chosen) ?? badStyle(chosen, from);
  const read = momentReader(from);
  const { fit } = compileTextFit(to);
  return (value) => fit(format(read(value)));
}

function binaryToText({ from, to, style = 0 }: ConversionRequest): Convert {
  const { fit } = compileTextFit(to, to);
  if (style === 0) return (value) => fit(decodeText(value as Uint8Array, to));
  if (style !== 1 && style !== 2) badStyle(style, from);
  const prefix = style === 1 ? "0x" : "";
  return (value) =>
    fit(
      prefix +
        Buffer.from(value as Uint8Array)
          .toString("hex")
          .toUpperCase(),
    );
}

function guidToText({ to }: ConversionRequest): Convert {
  const { fit } = compileTextFit(to);
  const limit = to.length ?? -1;
  if (limit >= 0 && limit < 36) {
    return () =>
      raise(8170, "Insufficient result space to convert uniqueidentifier value to char.", {
        state: 2,
      });
  }
  return (value) => fit(value as string);
}

function textToText({ from, to }: ConversionRequest): Convert | undefined {
  const { transliterate, fit } = compileTextFit(to, from);
  const [longest, limit] = [from.length ?? -1, to.length ?? -1];
  const staysShort = limit < 0 || (longest >= 0 && longest <= limit);
  const isSameKind = isUnicode(from) === isUnicode(to) || isUnicode(to);
  if (staysShort && isSameKind && from.collation === to.collation && !isPadded(to, from)) {
    return undefined;
  }
  return (value) => fit(transliterate(value as string));
}

function isPadded(to: SqlType, from: SqlType): boolean {
  const isFixed = to.name === "char" || to.name === "nchar";
  return isFixed && (from.name !== to.name || from.length !== to.length);
}

/** Undefined: the value is already right. */
export function compileToText(request: ConversionRequest): Convert | undefined {
  const { from } = request;
  const family = familyOf(from);
  switch (family) {
    case "integer":
      return fitNumber(request, String);
    case "decimal":
      return fitNumber(request, decimalFormat(from));
    case "money":
      return fitNumber(request, moneyFormat(request));
    case "float":
      return fitNumber(request, floatFormat(request));
    case "temporal":
      return temporalToText(request);
    case "binary":
      return binaryToText(request);
    case "uniqueidentifier":
      return guidToText(request);
    case "character":
    case "xml":
      return textToText(request);
    case "sql_variant":
      throw new Error("A variant is opened before it is converted. This is a bug.");
    default:
      return family satisfies never;
  }
}
