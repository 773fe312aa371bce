import type { FunctionCall, OrderItem } from "../parser/ast-expressions.ts";
import { meetCollations } from "../values/collation-precedence.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { compileTextFit } from "../values/text-fit.ts";
import { familyOf, isCharacter, isLegacyLob, isUnicode } from "../values/type-family.ts";
import {
  averageValues,
  checksumValues,
  countValues,
  distinctValues,
  extremeValue,
  type StartAccumulator,
  spreadValues,
  sumValues,
} from "./accumulators.ts";
import type { BindScope } from "./bind-scope.ts";
import { coerce } from "./coercion.ts";
import { compileExpression } from "./compile-expression.ts";
import type { Accumulator, CompiledAggregate, CompiledExpression, Frame } from "./compiled.ts";
import { compareSortKeys, compileSortTerms } from "./sort-terms.ts";
import { collationOf } from "./typed-expression.ts";

/** Aggregate functions. GROUPING and GROUPING_ID are the executor's: they depend on the grouping set, not on values. */

/** How an aggregate works on its argument. */
interface Plan {
  readonly argument: CompiledExpression;
  readonly type: SqlType;
  readonly start: StartAccumulator;
}

type Planner = (argument: CompiledExpression) => Plan;

const INT: SqlType = { name: "int" };
const BIGINT: SqlType = { name: "bigint" };
const FLOAT: SqlType = { name: "float" };
const NULLS_DROPPED = 8153;

function refuseOperand(type: SqlType, name: string): never {
  raise(8117, `Operand data type ${type.name} is invalid for ${name} operator.`);
}

/** What the number is added up as: small integers as int, decimals with 38 digits. */
function sumType(type: SqlType, name: string): SqlType {
  const family = familyOf(type);
  if (type.name === "bit") return refuseOperand(type, name);
  if (family === "integer") return type.name === "bigint" ? BIGINT : INT;
  if (family === "decimal") return { name: "decimal", precision: 38, scale: type.scale ?? 0 };
  if (family === "money") return { name: "money" };
  return family === "float" ? FLOAT : refuseOperand(type, name);
}

function planSum(argument: CompiledExpression): Plan {
  const type = sumType(argument.type, "sum");
  return { argument: coerce(argument, type), type, start: sumValues(type) };
}

function planAverage(argument: CompiledExpression): Plan {
  const source = sumType(argument.type, "avg");
  const scale = Math.max(source.scale ?? 0, 6);
  const type: SqlType = familyOf(source) === "decimal" ? { ...source, scale } : source;
  return { argument: coerce(argument, source), type, start: averageValues(source, type) };
}

function planExtreme(name: string, sign: 1 | -1): Planner {
  return (argument) => {
    const { type } = argument;
    const isRefused = isLegacyLob(type) || type.name === "xml" || type.name === "bit";
    if (isRefused) return refuseOperand(type, name);
    return { argument, type, start: extremeValue(type, sign) };
  };
}

function planSpread(isPopulation: boolean, isDeviation: boolean): Planner {
  return (argument) => {
    sumType(argument.type, isDeviation ? "stdev" : "var");
    return {
      argument: coerce(argument, FLOAT),
      type: FLOAT,
      start: spreadValues(isPopulation, isDeviation),
    };
  };
}

const PLANNERS: Readonly<Record<string, Planner>> = {
  COUNT: (argument) => ({ argument, type: INT, start: countValues(false) }),
  COUNT_BIG: (argument) => ({ argument, type: BIGINT, start: countValues(true) }),
  SUM: planSum,
  AVG: planAverage,
  MIN: planExtreme("min", -1),
  MAX: planExtreme("max", 1),
  STDEV: planSpread(false, true),
  STDEVP: planSpread(true, true),
  VAR: planSpread(false, false),
  VARP: planSpread(true, false),
  CHECKSUM_AGG: (argument) => ({
    argument: coerce(argument, INT),
    type: INT,
    start: checksumValues,
  }),
};

/** Counts rows, NULLs and all. */
function countRows(isBig: boolean): CompiledAggregate {
  return {
    type: isBig ? BIGINT : INT,
    nullable: false,
    collationLabel: "coercible",
    start: () => {
      let count = 0;
      return {
        add: () => {
          count += 1;
        },
        result: () => (isBig ? BigInt(count) : count),
      };
    },
  };
}

/** NULLs are dropped, and the end of the statement says so. */
function accumulate(argument: CompiledExpression, start: StartAccumulator): () => Accumulator {
  const { evaluate } = argument;
  return () => {
    const values = start();
    return {
      add(frame) {
        const value = evaluate(frame);
        if (value !== null) values.add(value);
        else if (frame.run.settings.ansiWarnings) frame.run.warnings.add(NULLS_DROPPED);
      },
      result: () => values.result(),
    };
  };
}

interface Piece {
  readonly text: string;
  readonly separator: string;
  readonly keys: readonly SqlValue[];
}

interface StringAggregate {
  readonly text: CompiledExpression;
  readonly separator: CompiledExpression;
  readonly order: readonly OrderItem[];
  readonly scope: BindScope;
}

function joinPieces(pieces: readonly Piece[]): string {
  const [first, ...others] = pieces;
  return others.reduce(
    (joined, { text, separator }) => joined + separator + text,
    first?.text ?? "",
  );
}

/** STRING_AGG: NULLs are left out without a warning. */
function stringAggregate({ text, separator, order, scope }: StringAggregate): CompiledAggregate {
  const terms = compileSortTerms(order, scope);
  const compare = compareSortKeys(terms);
  const wide = isUnicode(text.type);
  const limit = wide ? 4000 : 8000;
  const met = meetCollations(collationOf(text), collationOf(separator), "string_agg");
  const type: SqlType = {
    name: wide ? "nvarchar" : "varchar",
    length: text.type.length === -1 ? -1 : limit,
    collation: met.collation,
  };
  const { isTooLong } = compileTextFit(type, type);
  const read = (frame: Frame): Piece | undefined => {
    const value = text.evaluate(frame);
    if (value === null) return undefined;
    const between = separator.evaluate(frame) ?? "";
    const keys = terms.map(({ expression }) => expression.evaluate(frame));
    return { text: value as string, separator: between as string, keys };
  };
  return {
    type,
    nullable: true,
    collationLabel: met.label,
    start: () => {
      const pieces: Piece[] = [];
      return {
        add(frame) {
          const piece = read(frame);
          if (piece !== undefined) pieces.push(piece);
        },
        result() {
          if (pieces.length === 0) return null;
          const sorted =
            terms.length === 0 ? pieces : pieces.toSorted((a, b) => compare(a.keys, b.keys));
          const joined = joinPieces(sorted);
          if (!isTooLong(joined)) return joined;
          return raise(
            9829,
            "STRING_AGG aggregation result exceeded the limit of 8000 bytes. Use LOB types to avoid result truncation.",
          );
        },
      };
    },
  };
}

function asText(expression: CompiledExpression, scope: BindScope): CompiledExpression {
  if (isCharacter(expression.type)) return expression;
  return coerce(expression, { name: "nvarchar", length: 4000, collation: scope.databaseCollation });
}

function requireCount(call: FunctionCall, count: number): void {
  if (call.arguments.length === count && !call.star) return;
  raise(174, `The ${call.name.name} function requires ${count} argument(s).`, { class: 15 });
}

/** Compiles an aggregate whose arguments stand in `scope` (the rows before grouping). */
export function compileAggregate(call: FunctionCall, scope: BindScope): CompiledAggregate {
  const name = call.name.name.toUpperCase();
  if (call.star && (name === "COUNT" || name === "COUNT_BIG"))
    return countRows(name === "COUNT_BIG");
  const [first, second] = call.arguments;
  if (name === "STRING_AGG" && first !== undefined && second !== undefined) {
    requireCount(call, 2);
    const text = asText(compileExpression(first, scope), scope);
    const separator = asText(compileExpression(second, scope), scope);
    return stringAggregate({ text, separator, order: call.withinGroup ?? [], scope });
  }
  const planner = PLANNERS[name];
  requireCount(call, 1);
  if (planner === undefined || first === undefined) {
    raise(195, `'${call.name.name}' is not a recognized built-in function name.`, { class: 15 });
  }
  return aggregateOf(planner(compileExpression(first, scope)), call);
}

function aggregateOf(plan: Plan, call: FunctionCall): CompiledAggregate {
  const { argument, type } = plan;
  const start = call.distinct ? distinctValues(argument.type, plan.start) : plan.start;
  const isCount = /^count/i.test(call.name.name);
  return {
    type,
    nullable: !isCount,
    collationLabel: argument.collationLabel,
    start: accumulate(argument, start),
  };
}
