import type { LabelledCollation } from "../values/collation-precedence.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { isCharacter } from "../values/type-family.ts";
import type { BindScope } from "./bind-scope.ts";
import type { CompiledExpression, Frame } from "./compiled.ts";

/** Ways to build compiled expressions. */

const NULL_TYPE: SqlType = { name: "int" };

export function constantExpression(type: SqlType, value: SqlValue): CompiledExpression {
  return {
    type,
    nullable: value === null,
    evaluate: () => value,
    constant: { value },
    collationLabel: "coercible",
    isDeterministic: true,
  };
}

/** The word NULL: an int where nothing says otherwise. */
export const nullLiteral: CompiledExpression = {
  ...constantExpression(NULL_TYPE, null),
  isNullLiteral: true,
};

export function isDeterministicAll(
  parts: readonly { readonly isDeterministic: boolean }[],
): boolean {
  return parts.every((part) => part.isDeterministic);
}

export interface Computation {
  readonly type: SqlType;
  readonly parts: readonly CompiledExpression[];
  readonly nullable?: boolean | undefined;
  readonly collation?: LabelledCollation | undefined;
  readonly isDeterministic?: boolean | undefined;
  readonly evaluate: (frame: Frame) => SqlValue;
}

/** What a folded constant is computed with: it asks nothing of the frame. */
function tryFold(evaluate: (frame: Frame) => SqlValue): { readonly value: SqlValue } | undefined {
  try {
    return { value: evaluate(NO_FRAME) };
  } catch {
    return undefined;
  }
}

/** Constants depend on no row, no session and no clock: reading any of them throws, and the expression stays unfolded. */
const NO_FRAME = new Proxy({} as Frame, {
  get(_, property): never {
    throw new Error(`A constant asked for ${String(property)}.`);
  },
});

/** An expression of other expressions. It is computed at once when all of them are constants and no error comes of it. */
export function computedExpression(computation: Computation): CompiledExpression {
  const { parts, evaluate, collation } = computation;
  const isDeterministic = computation.isDeterministic ?? isDeterministicAll(parts);
  const isConstant = isDeterministic && parts.every((part) => part.constant !== undefined);
  const constant = isConstant ? tryFold(evaluate) : undefined;
  const value = constant?.value;
  const type: SqlType =
    isCharacter(computation.type) && collation !== undefined
      ? { ...computation.type, collation: collation.collation }
      : computation.type;
  return {
    type,
    nullable: constant ? value === null : (computation.nullable ?? true),
    evaluate: constant === undefined ? evaluate : () => value ?? null,
    constant,
    collationLabel: collation?.label ?? "coercible",
    isDeterministic,
  };
}

export function collationOf(expression: CompiledExpression): LabelledCollation {
  return { collation: expression.type.collation, label: expression.collationLabel };
}

/** The collation of a text that comes of no text: the database's. */
export function databaseCollation(scope: BindScope): LabelledCollation {
  return { collation: scope.databaseCollation, label: "coercible" };
}
