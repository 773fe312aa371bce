import type { Expression, Predicate } from "../parser/ast-expressions.ts";
import { raise } from "../values/sql-exception.ts";
import { compileAtTimeZone } from "./at-time-zone.ts";
import type { BindScope } from "./bind-scope.ts";
import type { Binder } from "./binder.ts";
import { compileCall, compileGlobal, compileTrim } from "./calls.ts";
import { compileCast, compileCollate, compileConvert, compileParse } from "./casts.ts";
import type { CompiledExpression, CompiledPredicate } from "./compiled.ts";
import { compileIif, compileSearchedCase, compileSimpleCase } from "./conditionals.ts";
import {
  compileBinaryLiteral,
  compileNumber,
  compileOdbcLiteral,
  compileString,
} from "./literals.ts";
import { compileColumn, compileSlot, compileVariable } from "./names.ts";
import { compileBinary, compileUnary } from "./operators.ts";
import {
  compileBetween,
  compileComparisonPredicate,
  compileDistinctFrom,
  compileInList,
  compileIsNull,
  compileLikePredicate,
  compileLogical,
  compileNot,
  compileUpdated,
} from "./predicates.ts";
import {
  compileExists,
  compileInQuery,
  compileQuantified,
  compileScalarSubquery,
} from "./subqueries.ts";
import { constantExpression, nullLiteral } from "./typed-expression.ts";

type Kinds<Node extends { readonly kind: string }, Result> = {
  readonly [Kind in Node["kind"]]: (
    node: Extract<Node, { readonly kind: Kind }>,
    binder: Binder,
  ) => Result;
};

const EXPRESSIONS: Kinds<Expression, CompiledExpression> = {
  number: compileNumber,
  string: (node, { scope }) => compileString(node, scope),
  binary_literal: compileBinaryLiteral,
  null: () => nullLiteral,
  odbc_literal: compileOdbcLiteral,
  default: () => raise(156, "Incorrect syntax near the keyword 'DEFAULT'.", { class: 15 }),
  variable: compileVariable,
  global_variable: compileGlobal,
  column: compileColumn,
  pseudo_column: compileColumn,
  date_part: ({ name }) => constantExpression({ name: "varchar", length: name.length || 1 }, name),
  unary: compileUnary,
  binary: compileBinary,
  simple_case: compileSimpleCase,
  searched_case: compileSearchedCase,
  iif: compileIif,
  cast: compileCast,
  convert: compileConvert,
  parse: compileParse,
  trim: compileTrim,
  call: compileCall,
  next_value: (node, { scope }) => scope.nextValue(node),
  collate: compileCollate,
  at_time_zone: compileAtTimeZone,
  subquery: compileScalarSubquery,
};

const PREDICATES: Kinds<Predicate, CompiledPredicate> = {
  and: compileLogical,
  or: compileLogical,
  not: compileNot,
  comparison: compileComparisonPredicate,
  quantified: compileQuantified,
  is_null: compileIsNull,
  between: compileBetween,
  in_list: compileInList,
  in_query: compileInQuery,
  like: compileLikePredicate,
  exists: compileExists,
  distinct_from: compileDistinctFrom,
  updated_column: compileUpdated,
};

function createBinder(scope: BindScope): Binder {
  const binder: Binder = {
    scope,
    expression(node) {
      const replaced = scope.replacement(node);
      if (replaced !== undefined) return compileSlot(replaced);
      // The table has a compiler of exactly this kind under the kind's name.
      const compile = EXPRESSIONS[node.kind] as (
        node: Expression,
        binder: Binder,
      ) => CompiledExpression;
      return compile(node, binder);
    },
    predicate(node) {
      // As above.
      const compile = PREDICATES[node.kind] as (
        node: Predicate,
        binder: Binder,
      ) => CompiledPredicate;
      return compile(node, binder);
    },
  };
  return binder;
}

/** Binds and types an expression. Throws SqlException when a name, a type or a call is wrong. */
export function compileExpression(node: Expression, scope: BindScope): CompiledExpression {
  return createBinder(scope).expression(node);
}

/** Binds and types a search condition. */
export function compilePredicate(node: Predicate, scope: BindScope): CompiledPredicate {
  return createBinder(scope).predicate(node);
}
