import { type Convert, compileConversion, isSameType } from "../values/conversion.ts";
import {
  requireExplicitConversion,
  requireImplicitConversion,
} from "../values/conversion-rules.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType } from "../values/sql-type.ts";
import { familyOf, isCharacter } from "../values/type-family.ts";
import type { CompiledExpression } from "./compiled.ts";
import { collationOf, computedExpression, constantExpression } from "./typed-expression.ts";

/** Conversions of compiled expressions. */

function collated(source: CompiledExpression, type: SqlType): SqlType {
  if (!isCharacter(type) || type.collation !== undefined) return type;
  return { ...type, collation: source.type.collation };
}

/** Text to dates depends on DATEFORMAT and LANGUAGE, so it is never computed ahead and is not deterministic without a style. */
function dependsOnSettings(from: SqlType, to: SqlType): boolean {
  return (
    (isCharacter(from) && familyOf(to) === "temporal") ||
    from.name === "sql_variant" ||
    (familyOf(from) === "temporal" && isCharacter(to) && from.name.endsWith("datetime"))
  );
}

/** Applies a conversion to an expression; an undefined one only changes the type. */
export function applyConversion(
  source: CompiledExpression,
  type: SqlType,
  convert: Convert | undefined,
): CompiledExpression {
  const { evaluate } = source;
  const collation = isCharacter(source.type) && isCharacter(type) ? collationOf(source) : undefined;
  return computedExpression({
    type,
    parts: [source],
    nullable: source.nullable,
    collation: collation && {
      collation: type.collation ?? collation.collation,
      label: collation.label,
    },
    isDeterministic: source.isDeterministic && !dependsOnSettings(source.type, type),
    evaluate: convert === undefined ? evaluate : evaluateConversion(evaluate, convert),
  });
}

const PLAIN = { dateFormat: "mdy" } as const;

/** Conversions that depend on settings declare their second argument; all others may be computed ahead. */
function evaluateConversion(
  evaluate: CompiledExpression["evaluate"],
  convert: Convert,
): CompiledExpression["evaluate"] {
  if (convert.length > 1) {
    return (frame) => {
      const value = evaluate(frame);
      return value === null ? null : convert(value, frame.run.settings);
    };
  }
  return (frame) => {
    const value = evaluate(frame);
    return value === null ? null : convert(value, PLAIN);
  };
}

/** Converts without being told to. Refuses with 206 or 257 what needs CAST. */
export function coerce(source: CompiledExpression, target: SqlType): CompiledExpression {
  const type = collated(source, target);
  if (source.isNullLiteral === true) return { ...constantExpression(type, null), nullable: true };
  if (isSameType(source.type, type)) return source;
  requireImplicitConversion(source.type, type);
  return applyConversion(source, type, compileConversion({ from: source.type, to: type }));
}

export interface CastRequest {
  readonly target: SqlType;
  readonly style?: number | undefined;
}

/** CAST and CONVERT with a style that is known. */
export function castExpression(
  source: CompiledExpression,
  request: CastRequest,
): CompiledExpression {
  const type = collated(source, request.target);
  if (source.isNullLiteral === true) return { ...constantExpression(type, null), nullable: true };
  requireExplicitConversion(source.type, type);
  const { style } = request;
  const cast = applyConversion(
    source,
    type,
    compileConversion({ from: source.type, to: type, style }),
  );
  return isFixedStyle(style) ? { ...cast, isDeterministic: source.isDeterministic } : cast;
}

const LANGUAGE_STYLES: ReadonlySet<number> = new Set([106, 107, 109, 113, 130]);

/** Styles that name no month and leave no order open are deterministic ("CAST and CONVERT" of the T-SQL reference). */
function isFixedStyle(style: number | undefined): boolean {
  if (style === undefined) return false;
  return style === 20 || style === 21 || (style > 100 && !LANGUAGE_STYLES.has(style));
}

/** The value of an argument that must be a constant; undefined when it is none. */
export function constantNumber(expression: CompiledExpression): number | undefined {
  const value = expression.constant?.value;
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
}

/** 8116: the function does not take the type. */
export function refuseArgument(type: SqlType, position: number, name: string): never {
  raise(
    8116,
    `Argument data type ${type.name} is invalid for argument ${position} of ${name.toLowerCase()} function.`,
  );
}
