import { type Convert, compileConversion, isSameType } from "../values/conversion.ts";
import { requireImplicitConversion } from "../values/conversion-rules.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType } from "../values/sql-type.ts";
import { compileTextFit } from "../values/text-fit.ts";
import { familyOf, isCharacter } from "../values/type-family.ts";
import { applyConversion, coerce } from "./coercion.ts";
import type { CompiledExpression } from "./compiled.ts";
import { constantExpression } from "./typed-expression.ts";

/** Where a value is put. Variables and parameters cut what is too long; columns refuse it (2628). */
export type Destination =
  | { readonly kind: "variable" }
  | {
      readonly kind: "column";
      /** `database.schema.table`, as the message shows it. */
      readonly table: string;
      readonly column: string;
      /** ANSI_WARNINGS OFF cuts as variables do. */
      readonly cuts?: boolean | undefined;
    };

type ColumnDestination = Extract<Destination, { kind: "column" }>;

function refuseTruncation({ table, column }: ColumnDestination, kept: string): never {
  raise(
    2628,
    `String or binary data would be truncated in table '${table}', column '${column}'. Truncated value: '${kept}'.`,
  );
}

const SHOWN = 100;

/** Refuses text and bytes that are longer than the column; spaces at the end may go. */
function guardLength(
  from: SqlType,
  to: SqlType,
  destination: ColumnDestination,
): Convert | undefined {
  const limit = to.length ?? -1;
  if (limit < 0) return undefined;
  if (isCharacter(to) && (isCharacter(from) || from.name === "xml")) {
    const { transliterate, fit, isTooLong } = compileTextFit(to, from);
    return (value) => {
      const text = transliterate(value as string);
      return isTooLong(text) ? refuseTruncation(destination, fit(text).slice(0, SHOWN)) : fit(text);
    };
  }
  if (familyOf(to) === "binary" && familyOf(from) === "binary" && to.name !== "timestamp") {
    const convert = compileConversion({ from, to });
    return (value, settings) => {
      if ((value as Uint8Array).length > limit) return refuseTruncation(destination, "");
      return convert === undefined ? value : convert(value, settings);
    };
  }
  return undefined;
}

function fits(from: SqlType, to: SqlType): boolean {
  const [longest, limit] = [from.length ?? -1, to.length ?? -1];
  return limit < 0 || (longest >= 0 && longest <= limit);
}

/**
 * The conversion of values (never NULL) into a place of another type, without CAST: for rows of a bulk load, parameters of calls and the like.
 * Undefined: they pass as they are. Throws 206 and 257 at once.
 */
export function compileValueAssignment(
  from: SqlType,
  to: SqlType,
  destination: Destination,
): Convert | undefined {
  if (isSameType(from, to)) return undefined;
  requireImplicitConversion(from, to);
  const refuses = destination.kind === "column" && destination.cuts !== true && !fits(from, to);
  const guard = refuses ? guardLength(from, to, destination) : undefined;
  return guard ?? compileConversion({ from, to });
}

/** The source as a value for the destination, ready to be stored. NULL passes: whether it may stand there is the executor's to ask. */
export function compileAssignment(
  source: CompiledExpression,
  target: SqlType,
  destination: Destination,
): CompiledExpression {
  if (source.isNullLiteral === true) return { ...constantExpression(target, null), nullable: true };
  if (isSameType(source.type, target)) return source;
  const convert = compileValueAssignment(source.type, target, destination);
  return convert === undefined
    ? { ...coerce(source, source.type), type: target }
    : applyConversion(source, target, convert);
}
