import type {
  BetweenPredicate,
  ComparisonPredicate,
  DistinctFromPredicate,
  Expression,
  InListPredicate,
  LikePredicate,
  LogicalPredicate,
  NotPredicate,
  NullPredicate,
  UpdatedColumnPredicate,
} from "../parser/ast-expressions.ts";
import { meetCollations, refuseConflict } from "../values/collation-precedence.ts";
import { compileHashKey } from "../values/comparison.ts";
import { compileLike, type LikePattern } from "../values/like-pattern.ts";
import type { HashKey } from "../values/scalar-comparison.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { textRules } from "../values/text-rules.ts";
import { isCharacter, isUnicode } from "../values/type-family.ts";
import type { Binder } from "./binder.ts";
import { coerce } from "./coercion.ts";
import { compileTest, type Meeting, meetExpressions, OPERATION_NAMES } from "./comparisons.ts";
import type { CompiledExpression, CompiledPredicate, Frame, Truth } from "./compiled.ts";
import { collationOf, isDeterministicAll } from "./typed-expression.ts";

/** Search conditions in three-valued logic: null is UNKNOWN. */

export function compileLogical(node: LogicalPredicate, binder: Binder): CompiledPredicate {
  const parts = [binder.predicate(node.left), binder.predicate(node.right)] as const;
  return node.kind === "and" ? conjunction(...parts) : disjunction(...parts);
}

export function conjunction(left: CompiledPredicate, right: CompiledPredicate): CompiledPredicate {
  return {
    isDeterministic: left.isDeterministic && right.isDeterministic,
    evaluate: (frame) => {
      const first = left.evaluate(frame);
      if (first === false) return false;
      const second = right.evaluate(frame);
      return second === false ? false : first === null ? null : second;
    },
  };
}

function disjunction(left: CompiledPredicate, right: CompiledPredicate): CompiledPredicate {
  return {
    isDeterministic: left.isDeterministic && right.isDeterministic,
    evaluate: (frame) => {
      const first = left.evaluate(frame);
      if (first === true) return true;
      const second = right.evaluate(frame);
      return second === true ? true : first === null ? null : second;
    },
  };
}

export function negate(predicate: CompiledPredicate): CompiledPredicate {
  return {
    isDeterministic: predicate.isDeterministic,
    evaluate: (frame) => {
      const truth = predicate.evaluate(frame);
      return truth === null ? null : !truth;
    },
  };
}

export function compileNot(node: NotPredicate, binder: Binder): CompiledPredicate {
  return negate(binder.predicate(node.operand));
}

function predicateOf(
  parts: readonly CompiledExpression[],
  evaluate: (frame: Frame) => Truth,
): CompiledPredicate {
  return { evaluate, isDeterministic: isDeterministicAll(parts) };
}

/** Compares two expressions that meet; UNKNOWN when one is NULL. */
export function compareMeeting(
  { type, left, right }: Meeting,
  operator: ComparisonPredicate["operator"],
): CompiledPredicate {
  const test = compileTest(operator, type);
  const [evaluateLeft, evaluateRight] = [left.evaluate, right.evaluate];
  return predicateOf([left, right], (frame) => {
    const leftValue = evaluateLeft(frame);
    if (leftValue === null) return null;
    const rightValue = evaluateRight(frame);
    return rightValue === null ? null : test(leftValue, rightValue);
  });
}

function comparesToNull(node: Expression): boolean {
  return node.kind === "null" || node.kind === "variable";
}

export function compileComparisonPredicate(
  node: ComparisonPredicate,
  binder: Binder,
): CompiledPredicate {
  const [left, right] = [binder.expression(node.left), binder.expression(node.right)];
  const meeting = meetExpressions(left, right, OPERATION_NAMES[node.operator]);
  const isPlain =
    binder.scope.settings.ansiNulls || (node.operator !== "=" && node.operator !== "<>");
  if (isPlain || !(comparesToNull(node.left) || comparesToNull(node.right))) {
    return compareMeeting(meeting, node.operator);
  }
  return distinctness(meeting, node.operator === "=");
}

/** NULL is equal to NULL and distinct from all else. */
function distinctness({ type, left, right }: Meeting, wantsEqual: boolean): CompiledPredicate {
  const test = compileTest("=", type);
  return predicateOf([left, right], (frame) => {
    const [leftValue, rightValue] = [left.evaluate(frame), right.evaluate(frame)];
    const equal =
      leftValue === null || rightValue === null
        ? leftValue === rightValue
        : test(leftValue, rightValue);
    return equal === wantsEqual;
  });
}

export function compileDistinctFrom(
  node: DistinctFromPredicate,
  binder: Binder,
): CompiledPredicate {
  const [left, right] = [binder.expression(node.left), binder.expression(node.right)];
  return distinctness(meetExpressions(left, right, OPERATION_NAMES["="]), node.negated);
}

export function compileIsNull(node: NullPredicate, binder: Binder): CompiledPredicate {
  const operand = binder.expression(node.operand);
  const { evaluate } = operand;
  const wanted = !node.negated;
  return predicateOf([operand], (frame) => (evaluate(frame) === null) === wanted);
}

export function compileBetween(node: BetweenPredicate, binder: Binder): CompiledPredicate {
  const operand = binder.expression(node.operand);
  const [low, high] = [binder.expression(node.low), binder.expression(node.high)];
  const within = conjunction(
    compareMeeting(meetExpressions(operand, low, OPERATION_NAMES[">="]), ">="),
    compareMeeting(meetExpressions(operand, high, OPERATION_NAMES["<="]), "<="),
  );
  return node.negated ? negate(within) : within;
}

const SHORT_LIST = 4;

export function compileInList(node: InListPredicate, binder: Binder): CompiledPredicate {
  const operand = binder.expression(node.operand);
  const items = node.items.map((item) => binder.expression(item));
  const meetings = items.map((item) => meetExpressions(operand, item, OPERATION_NAMES["="]));
  const found = hashedList(operand, meetings) ?? anyOf(meetings);
  return node.negated ? negate(found) : found;
}

function anyOf(meetings: readonly Meeting[]): CompiledPredicate {
  const tests = meetings.map((meeting) => compareMeeting(meeting, "="));
  return {
    isDeterministic: tests.every((test) => test.isDeterministic),
    evaluate: (frame) => {
      let result: Truth = false;
      for (const test of tests) {
        const truth = test.evaluate(frame);
        if (truth === true) return true;
        if (truth === null) result = null;
      }
      return result;
    },
  };
}

function sameMeetingType(left: SqlType, right: SqlType | undefined): boolean {
  return (
    left.name === right?.name && left.scale === right.scale && left.collation === right.collation
  );
}

/** A long list of constants that meet in one type is looked up. */
function hashedList(
  operand: CompiledExpression,
  meetings: readonly Meeting[],
): CompiledPredicate | undefined {
  const [first] = meetings;
  const fits =
    meetings.length > SHORT_LIST &&
    meetings.every(({ type, right }) => sameMeetingType(type, first?.type) && right.constant);
  if (first === undefined || !fits) return undefined;
  const hash = compileHashKey(first.type);
  const values = meetings.map(({ right }) => right.constant?.value ?? null);
  const keys = new Set<HashKey>(values.filter((value) => value !== null).map(hash));
  const missing: Truth = values.includes(null) ? null : false;
  const { evaluate } = first.left;
  return predicateOf([operand], (frame) => {
    const value = evaluate(frame);
    if (value === null) return null;
    return keys.has(hash(value)) ? true : missing;
  });
}

function asText(expression: CompiledExpression, binder: Binder): CompiledExpression {
  if (isCharacter(expression.type)) return expression;
  return coerce(expression, {
    name: "varchar",
    length: -1,
    collation: binder.scope.databaseCollation,
  });
}

const CACHED_PATTERNS = 64;

/** Patterns are compiled once each; a few of them are kept. */
function patternCache(
  build: (pattern: string, escape: string | undefined) => LikePattern,
): (pattern: string, escape: string | undefined) => LikePattern {
  const known = new Map<string, LikePattern>();
  return (pattern, escape) => {
    const key = `${escape ?? ""}\0${pattern}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= CACHED_PATTERNS) known.clear();
    const built = build(pattern, escape);
    known.set(key, built);
    return built;
  };
}

function escapeOf(value: SqlValue): string | undefined {
  if (value === null) return undefined;
  const text = String(value as string);
  if (text.length === 1) return text;
  raise(506, `The invalid escape character "${text}" was specified in a LIKE predicate.`);
}

export function compileLikePredicate(node: LikePredicate, binder: Binder): CompiledPredicate {
  const operand = asText(binder.expression(node.operand), binder);
  const pattern = asText(binder.expression(node.pattern), binder);
  const escape = node.escape && asText(binder.expression(node.escape), binder);
  const met = meetCollations(collationOf(operand), collationOf(pattern), "like");
  if (met.label === "none") refuseConflict(collationOf(operand), collationOf(pattern), "like");
  const wide = isUnicode(operand.type) || isUnicode(pattern.type);
  const rules = textRules({ name: wide ? "nvarchar" : "varchar", collation: met.collation });
  const compiled = patternCache((text, mark) =>
    compileLike({ pattern: text, escape: mark, wide }, rules),
  );
  const parts = [operand, pattern, ...(escape ? [escape] : [])];
  const like = predicateOf(parts, (frame) => {
    const text = operand.evaluate(frame);
    const patternText = pattern.evaluate(frame);
    if (text === null || patternText === null) return null;
    const mark = escape === undefined ? undefined : escape.evaluate(frame);
    if (mark === null) return null;
    const escapeMark = mark === undefined ? undefined : escapeOf(mark);
    return compiled(patternText as string, escapeMark).matches(text as string);
  });
  return node.negated ? negate(like) : like;
}

export function compileUpdated(node: UpdatedColumnPredicate, binder: Binder): CompiledPredicate {
  return { evaluate: binder.scope.isUpdated(node.column.value), isDeterministic: false };
}
