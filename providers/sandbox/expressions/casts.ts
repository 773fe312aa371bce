import type {
  CastExpression,
  CollateExpression,
  ConvertExpression,
  ParseExpression,
} from "../parser/ast-expressions.ts";
import { findCollation } from "../values/collations.ts";
import { compileTryConversion } from "../values/conversion.ts";
import { requireExplicitConversion } from "../values/conversion-rules.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType } from "../values/sql-type.ts";
import { compileTextFit } from "../values/text-fit.ts";
import { isCharacter, isUnicode } from "../values/type-family.ts";
import type { Binder } from "./binder.ts";
import { applyConversion, castExpression, coerce, constantNumber } from "./coercion.ts";
import type { CompiledExpression } from "./compiled.ts";
import { resolveCastType } from "./type-reference.ts";

/** CAST, CONVERT, PARSE, their TRY_ forms, and COLLATE. */

interface Cast {
  readonly operand: CompiledExpression;
  readonly target: SqlType;
  readonly style: number | undefined;
  readonly isTry: boolean;
}

/** Text that comes of no text has the database's collation. */
function withCollation(type: SqlType, operand: CompiledExpression, binder: Binder): SqlType {
  if (!isCharacter(type) || type.collation !== undefined) return type;
  const collation = isCharacter(operand.type) ? operand.type.collation : undefined;
  return { ...type, collation: collation ?? binder.scope.databaseCollation };
}

function convert({ operand, target, style, isTry }: Cast): CompiledExpression {
  if (!isTry) return castExpression(operand, { target, style });
  if (operand.isNullLiteral === true) return castExpression(operand, { target });
  requireExplicitConversion(operand.type, target);
  const attempt = compileTryConversion({ from: operand.type, to: target, style });
  return { ...applyConversion(operand, target, attempt), nullable: true };
}

export function compileCast(node: CastExpression, binder: Binder): CompiledExpression {
  const operand = binder.expression(node.operand);
  const target = withCollation(resolveCastType(node.type, binder.scope), operand, binder);
  return convert({ operand, target, style: undefined, isTry: node.isTry });
}

export function compileConvert(node: ConvertExpression, binder: Binder): CompiledExpression {
  const operand = binder.expression(node.operand);
  const target = withCollation(resolveCastType(node.type, binder.scope), operand, binder);
  const style = node.style && coerce(binder.expression(node.style), { name: "int" });
  if (style === undefined) return convert({ operand, target, style: undefined, isTry: node.isTry });
  const known = constantNumber(style);
  if (known !== undefined) return convert({ operand, target, style: known, isTry: node.isTry });
  return styledByValue({ operand, target, style: undefined, isTry: node.isTry }, style);
}

/** The style is a variable or a column: one conversion for each style that comes. */
function styledByValue(cast: Cast, style: CompiledExpression): CompiledExpression {
  const known = new Map<number, CompiledExpression>();
  const model = convert(cast);
  return {
    type: model.type,
    nullable: true,
    collationLabel: model.collationLabel,
    isDeterministic: false,
    evaluate: (frame) => {
      const value = style.evaluate(frame);
      if (typeof value !== "number") return null;
      const conversion = known.get(value) ?? convert({ ...cast, style: value });
      known.set(value, conversion);
      return conversion.evaluate(frame);
    },
  };
}

const ENGLISH = new Set(["en-us", "en"]);

/** PARSE reads text as CONVERT does; cultures other than en-US are refused. */
export function compileParse(node: ParseExpression, binder: Binder): CompiledExpression {
  const operand = binder.expression(node.operand);
  const target = resolveCastType(node.type, binder.scope);
  const culture = node.culture && binder.expression(node.culture).constant?.value;
  if (node.culture !== undefined && !ENGLISH.has(String(culture as string).toLowerCase())) {
    raise(
      9818,
      `The culture parameter '${String(culture as string)}' provided in the function call is not supported.`,
    );
  }
  return convert({ operand, target, style: undefined, isTry: node.isTry });
}

export function compileCollate(node: CollateExpression, binder: Binder): CompiledExpression {
  const operand = binder.expression(node.operand);
  const isDefault = node.collation.toLowerCase() === "database_default";
  const found = findCollation(isDefault ? binder.scope.databaseCollation : node.collation);
  if (found === undefined) raise(448, `Invalid collation '${node.collation}'.`);
  if (!isCharacter(operand.type)) {
    raise(447, `Expression type ${operand.type.name} is invalid for COLLATE clause.`);
  }
  const type: SqlType = { ...operand.type, collation: found.name };
  const label = { collationLabel: "explicit" } as const;
  if (isUnicode(type)) return { ...operand, ...label, type, column: undefined };
  const { transliterate, fit } = compileTextFit(type, operand.type);
  const convertText = (value: unknown): string => fit(transliterate(value as string));
  return { ...applyConversion(operand, type, convertText), ...label };
}
