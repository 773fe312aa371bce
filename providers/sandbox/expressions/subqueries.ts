import type {
  ComparisonOperator,
  ExistsPredicate,
  InQueryPredicate,
  QuantifiedPredicate,
  ScalarSubquery,
} from "../parser/ast-expressions.ts";
import type { QueryExpression } from "../parser/ast-queries.ts";
import { compileHashKey } from "../values/comparison.ts";
import type { HashKey } from "../values/scalar-comparison.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlValue } from "../values/sql-type.ts";
import type { Binder } from "./binder.ts";
import { compileTest, type Meeting, meetExpressions, OPERATION_NAMES } from "./comparisons.ts";
import type {
  CompiledExpression,
  CompiledPredicate,
  CompiledSubquery,
  Frame,
  Truth,
} from "./compiled.ts";
import { negate } from "./predicates.ts";

/** Subqueries inside expressions. The executor runs them; here their rows become values and truths. */

interface ColumnQuery {
  readonly query: CompiledSubquery;
  readonly type: CompiledSubquery["columns"][number]["type"];
}

function compileColumnQuery(node: QueryExpression, binder: Binder): ColumnQuery {
  const query = binder.scope.subquery(node);
  const [column, ...others] = query.columns;
  if (column === undefined || others.length > 0) {
    raise(
      116,
      "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
    );
  }
  return { query, type: column.type };
}

function onlyValue(query: CompiledSubquery, frame: Frame): SqlValue {
  let result: SqlValue = null;
  let count = 0;
  for (const [value = null] of query.rows(frame)) {
    count += 1;
    if (count > 1) {
      raise(
        512,
        "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.",
      );
    }
    result = value;
  }
  return result;
}

export function compileScalarSubquery(node: ScalarSubquery, binder: Binder): CompiledExpression {
  const { query, type } = compileColumnQuery(node.query, binder);
  const site = {};
  const evaluate = (frame: Frame): SqlValue => onlyValue(query, frame);
  return {
    type,
    nullable: true,
    evaluate: query.isCorrelated === false ? once(site, evaluate) : evaluate,
    collationLabel: "implicit",
    isDeterministic: false,
  };
}

/** Asks once a statement. */
function once(site: object, evaluate: (frame: Frame) => SqlValue): (frame: Frame) => SqlValue {
  return (frame) => {
    const known = frame.run.once.get(site);
    if (known !== undefined) return known as SqlValue;
    const value = evaluate(frame);
    frame.run.once.set(site, value);
    return value;
  };
}

export function compileExists(node: ExistsPredicate, binder: Binder): CompiledPredicate {
  const query = binder.scope.subquery(node.query);
  return {
    isDeterministic: false,
    evaluate: (frame) => {
      for (const _ of query.rows(frame)) return true;
      return false;
    },
  };
}

/** Stands for the subquery's column while the comparison is compiled; its value is set row by row. */
function cell(type: ColumnQuery["type"]): {
  readonly expression: CompiledExpression;
  readonly set: (value: SqlValue) => void;
} {
  let current: SqlValue = null;
  return {
    set: (value) => {
      current = value;
    },
    expression: {
      type,
      nullable: true,
      evaluate: () => current,
      collationLabel: "implicit",
      isDeterministic: false,
    },
  };
}

interface Quantified {
  readonly query: CompiledSubquery;
  readonly meeting: Meeting;
  readonly set: (value: SqlValue) => void;
}

function meetQuery(
  node: { readonly query: QueryExpression },
  left: CompiledExpression,
  { binder, operator }: { readonly binder: Binder; readonly operator: ComparisonOperator },
): Quantified {
  const { query, type } = compileColumnQuery(node.query, binder);
  const column = cell(type);
  const meeting = meetExpressions(left, column.expression, OPERATION_NAMES[operator]);
  return { query, meeting, set: column.set };
}

/** True as soon as one row gives `decisive`; UNKNOWN when a NULL stood in the way. */
function scan(
  { query, meeting, set }: Quantified,
  operator: ComparisonOperator,
  decisive: boolean,
): CompiledPredicate {
  const test = compileTest(operator, meeting.type);
  return {
    isDeterministic: false,
    evaluate: (frame) => {
      const left = meeting.left.evaluate(frame);
      let result: Truth = !decisive;
      for (const [value = null] of query.rows(frame)) {
        set(value);
        const right = left === null ? null : meeting.right.evaluate(frame);
        if (left === null || right === null) result = null;
        else if (test(left, right) === decisive) return decisive;
      }
      return result;
    },
  };
}

export function compileQuantified(node: QuantifiedPredicate, binder: Binder): CompiledPredicate {
  const left = binder.expression(node.left);
  const quantified = meetQuery(node, left, { binder, operator: node.operator });
  return scan(quantified, node.operator, node.quantifier === "any");
}

interface Answers {
  readonly keys: ReadonlySet<HashKey>;
  readonly hasNull: boolean;
}

/** A query that gives the same rows for every outer row is read once and looked up. */
function lookUp(quantified: Quantified): CompiledPredicate {
  const { query, meeting, set } = quantified;
  const hash = compileHashKey(meeting.type);
  const read = (frame: Frame): Answers => {
    const keys = new Set<HashKey>();
    let hasNull = false;
    for (const [value = null] of query.rows(frame)) {
      set(value);
      const right = meeting.right.evaluate(frame);
      if (right === null) hasNull = true;
      else keys.add(hash(right));
    }
    return { keys, hasNull };
  };
  const answers = new WeakMap<object, Answers>();
  return {
    isDeterministic: false,
    evaluate: (frame) => {
      const known = answers.get(frame.run) ?? read(frame);
      answers.set(frame.run, known);
      if (known.keys.size === 0 && !known.hasNull) return false;
      const left = meeting.left.evaluate(frame);
      if (left === null) return null;
      return known.keys.has(hash(left)) ? true : known.hasNull ? null : false;
    },
  };
}

export function compileInQuery(node: InQueryPredicate, binder: Binder): CompiledPredicate {
  const left = binder.expression(node.operand);
  const quantified = meetQuery(node, left, { binder, operator: "=" });
  const isFixed = quantified.query.isCorrelated === false;
  const found = isFixed ? lookUp(quantified) : scan(quantified, "=", true);
  return node.negated ? negate(found) : found;
}
