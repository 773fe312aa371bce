import type {
  Expression,
  IifExpression,
  SearchedCase,
  SimpleCase,
} from "../parser/ast-expressions.ts";
import { type LabelledCollation, meetCollations } from "../values/collation-precedence.ts";
import { commonType } from "../values/common-type.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { isCharacter } from "../values/type-family.ts";
import type { Binder } from "./binder.ts";
import { coerce } from "./coercion.ts";
import { meetExpressions } from "./comparisons.ts";
import type { CompiledExpression, CompiledPredicate, Frame } from "./compiled.ts";
import { compareMeeting } from "./predicates.ts";
import { collationOf, isDeterministicAll, nullLiteral } from "./typed-expression.ts";

/** CASE and the functions that are CASE in short. */

/** The type that all of them have in common; NULL literals take part in it only when there is nothing else. */
export function unify(
  expressions: readonly CompiledExpression[],
  operation: string,
): CompiledExpression[] {
  const typed = expressions.filter((expression) => expression.isNullLiteral !== true);
  const [first, ...others] = typed;
  if (first === undefined) return [...expressions];
  const type = others.reduce<SqlType>(
    (common, { type: next }) => commonType(common, next),
    first.type,
  );
  const collation = commonCollation(typed, operation);
  const target = isCharacter(type) ? { ...type, collation: collation?.collation } : type;
  return expressions.map((expression) => {
    const coerced = coerce(expression, target);
    return isCharacter(type) && collation !== undefined
      ? { ...coerced, collationLabel: collation.label }
      : coerced;
  });
}

function commonCollation(
  expressions: readonly CompiledExpression[],
  operation: string,
): LabelledCollation | undefined {
  const texts = expressions.filter(({ type }) => isCharacter(type)).map(collationOf);
  const [first, ...others] = texts;
  return first && others.reduce((met, next) => meetCollations(met, next, operation), first);
}

interface Branch {
  readonly when: CompiledPredicate;
  readonly result: CompiledExpression;
}

/** Branches whose results are of one type already. */
function choose(branches: readonly Branch[], otherwise: CompiledExpression): CompiledExpression {
  const results = [...branches.map(({ result }) => result), otherwise];
  const [model = otherwise] = results.filter((result) => result.isNullLiteral !== true);
  const tests = branches.map(({ when, result }) => [when.evaluate, result.evaluate] as const);
  return {
    type: model.type,
    nullable: results.some((result) => result.nullable),
    collationLabel: model.collationLabel,
    isDeterministic: isDeterministicAll([...results, ...branches.map(({ when }) => when)]),
    evaluate: (frame) => {
      for (const [test, result] of tests) {
        if (test(frame) === true) return result(frame);
      }
      return otherwise.evaluate(frame);
    },
  };
}

function caseOf(
  branches: readonly Branch[],
  otherwise: CompiledExpression | undefined,
): CompiledExpression {
  const results = [...branches.map(({ result }) => result), otherwise ?? nullLiteral];
  if (results.every((result) => result.isNullLiteral === true)) {
    raise(
      8133,
      "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.",
    );
  }
  const unified = unify(results, "CASE");
  return choose(
    branches.map(({ when }, index) => ({ when, result: unified[index] ?? nullLiteral })),
    unified.at(-1) ?? nullLiteral,
  );
}

function optional(node: Expression | undefined, binder: Binder): CompiledExpression | undefined {
  return node && binder.expression(node);
}

export function compileSearchedCase(node: SearchedCase, binder: Binder): CompiledExpression {
  const branches = node.branches.map(({ when, result }) => ({
    when: binder.predicate(when),
    result: binder.expression(result),
  }));
  return caseOf(branches, optional(node.otherwise, binder));
}

export function compileSimpleCase(node: SimpleCase, binder: Binder): CompiledExpression {
  const input = binder.expression(node.input);
  const branches = node.branches.map(({ when, result }) => ({
    when: compareMeeting(meetExpressions(input, binder.expression(when), "equal to"), "="),
    result: binder.expression(result),
  }));
  return caseOf(branches, optional(node.otherwise, binder));
}

export function compileIif(node: IifExpression, binder: Binder): CompiledExpression {
  const branch = {
    when: binder.predicate(node.condition),
    result: binder.expression(node.whenTrue),
  };
  return caseOf([branch], binder.expression(node.whenFalse));
}

/** The first that is not NULL, in the type that all have in common. */
export function coalesce(parts: readonly CompiledExpression[]): CompiledExpression {
  if (parts.every((part) => part.isNullLiteral === true)) {
    raise(
      4127,
      "At least one of the arguments to COALESCE must be an expression that is not the NULL constant.",
    );
  }
  const unified = unify(parts, "COALESCE");
  const evaluators = unified.map((part) => part.evaluate);
  const [model = nullLiteral] = unified;
  return {
    type: model.type,
    nullable: unified.every((part) => part.nullable),
    collationLabel: model.collationLabel,
    isDeterministic: isDeterministicAll(unified),
    evaluate: (frame) => firstValue(evaluators, frame),
  };
}

function firstValue(evaluators: readonly ((frame: Frame) => SqlValue)[], frame: Frame): SqlValue {
  for (const evaluate of evaluators) {
    const value = evaluate(frame);
    if (value !== null) return value;
  }
  return null;
}

/** NULL where both are equal, else the first. */
export function nullIf(left: CompiledExpression, right: CompiledExpression): CompiledExpression {
  if (left.isNullLiteral === true) {
    raise(
      4151,
      "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known.",
    );
  }
  const equal = compareMeeting(meetExpressions(left, right, "equal to"), "=");
  return {
    type: left.type,
    nullable: true,
    collationLabel: left.collationLabel,
    isDeterministic: isDeterministicAll([left, right]),
    evaluate: (frame) => (equal.evaluate(frame) === true ? null : left.evaluate(frame)),
  };
}

/** ISNULL: the type is the first one's, the second is converted to it. */
export function isNullOr(left: CompiledExpression, right: CompiledExpression): CompiledExpression {
  const type = left.isNullLiteral === true ? right.type : left.type;
  const [first, second] = [coerce(left, type), coerce(right, type)];
  return {
    type,
    nullable: first.nullable && second.nullable,
    collationLabel: left.isNullLiteral === true ? right.collationLabel : left.collationLabel,
    isDeterministic: isDeterministicAll([left, right]),
    evaluate: (frame) => first.evaluate(frame) ?? second.evaluate(frame),
  };
}

/** CHOOSE: the item at a 1-based place. */
export function chooseItem(
  index: CompiledExpression,
  items: readonly CompiledExpression[],
): CompiledExpression {
  const unified = unify(items, "CHOOSE");
  const place = coerce(index, { name: "int" });
  const [model = nullLiteral] = unified.filter((item) => item.isNullLiteral !== true);
  return {
    type: model.type,
    nullable: true,
    collationLabel: model.collationLabel,
    isDeterministic: isDeterministicAll([place, ...unified]),
    evaluate: (frame) => {
      const at = place.evaluate(frame);
      return typeof at === "number" ? (unified[at - 1]?.evaluate(frame) ?? null) : null;
    },
  };
}
