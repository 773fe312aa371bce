import type { FunctionCall, WindowSpecification } from "../parser/ast-expressions.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";
import { isAggregate } from "./aggregate-names.ts";
import type { BindScope } from "./bind-scope.ts";
import { coerce } from "./coercion.ts";
import { compileAggregate } from "./compile-aggregate.ts";
import { compileExpression } from "./compile-expression.ts";
import type { CompiledAggregate, CompiledExpression, CompiledWindow } from "./compiled.ts";
import { compileSortTerms, requireSortable } from "./sort-terms.ts";
import { nullLiteral } from "./typed-expression.ts";
import {
  type Extent,
  type ExtentOf,
  extentOf,
  frameOf,
  type Partition,
  peersOf,
} from "./window-partition.ts";

/** Window functions over one sorted partition at a time. */

type Compute = (partition: Partition) => SqlValue[];

const BIGINT: SqlType = { name: "bigint" };
const FLOAT: SqlType = { name: "float" };

interface WindowCall {
  readonly call: FunctionCall;
  readonly over: WindowSpecification;
  readonly scope: BindScope;
  readonly parameters: readonly CompiledExpression[];
}

interface WindowPlan {
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly collationLabel?: CompiledExpression["collationLabel"];
  readonly compute: Compute;
}

function evaluateAt(
  expression: CompiledExpression,
  { rows, frame }: Partition,
  index: number,
): SqlValue {
  const row = rows[index];
  if (row === undefined) return null;
  frame.row = row;
  return expression.evaluate(frame);
}

function ranking(
  type: SqlType,
  rank: (partition: Partition, index: number) => SqlValue,
): WindowPlan {
  return {
    type,
    nullable: type === FLOAT,
    compute: (partition) => partition.rows.map((_, index) => rank(partition, index)),
  };
}

function denseRanks({ peerStart }: Partition): SqlValue[] {
  let rank = 0n;
  return peerStart.map((start, index) => {
    if (start === index) rank += 1n;
    return rank;
  });
}

/** The first groups are one row larger when the rows do not divide evenly. */
function planTiles({ parameters }: WindowCall): WindowPlan {
  const count = coerce(parameters[0] ?? nullLiteral, BIGINT);
  return {
    type: BIGINT,
    nullable: true,
    compute: (partition) => {
      const tiles = Number(evaluateAt(count, partition, 0) ?? 0n);
      if (tiles < 1) {
        raise(
          4105,
          "The value of the parameter for NTILE function must be a positive bigint value.",
        );
      }
      const size = Math.floor(partition.rows.length / tiles);
      const larger = partition.rows.length % tiles;
      const cut = larger * (size + 1);
      return partition.rows.map((_, index) =>
        BigInt(
          index < cut
            ? Math.floor(index / (size + 1)) + 1
            : larger + Math.floor((index - cut) / size) + 1,
        ),
      );
    },
  };
}

function planNeighbour({ call, parameters }: WindowCall, direction: 1 | -1): WindowPlan {
  const [value = nullLiteral, offset, otherwise] = parameters;
  const distance = offset && coerce(offset, BIGINT);
  const fallback = otherwise === undefined ? undefined : coerce(otherwise, value.type);
  const place = (partition: Partition, index: number): number => {
    const steps = distance === undefined ? 1 : Number(evaluateAt(distance, partition, index) ?? 1n);
    if (steps < 0) {
      raise(8730, `The offset parameter for Lag and Lead functions cannot be a negative value.`);
    }
    return nextPlace(partition, { value, index, steps, direction, skips: call.ignoresNulls });
  };
  return {
    type: value.type,
    nullable: true,
    collationLabel: value.collationLabel,
    compute: (partition) =>
      partition.rows.map((_, index) => {
        const at = place(partition, index);
        if (at >= 0 && at < partition.rows.length) return evaluateAt(value, partition, at);
        return fallback === undefined ? null : evaluateAt(fallback, partition, index);
      }),
  };
}

interface Walk {
  readonly value: CompiledExpression;
  readonly index: number;
  readonly steps: number;
  readonly direction: 1 | -1;
  readonly skips: boolean;
}

function nextPlace(partition: Partition, { value, index, steps, direction, skips }: Walk): number {
  if (!skips) return index + direction * steps;
  let at = index;
  let left = steps;
  while (left > 0 && at >= 0 && at < partition.rows.length) {
    at += direction;
    if (evaluateAt(value, partition, at) !== null) left -= 1;
  }
  return at;
}

function planEdge({ call, over, parameters }: WindowCall, isFirst: boolean): WindowPlan {
  const [value = nullLiteral] = parameters;
  const extent = extentOf(over);
  const search = (partition: Partition, { first, end }: Extent): SqlValue => {
    if (first >= end) return null;
    const step = isFirst ? 1 : -1;
    let at = isFirst ? first : end - 1;
    let found = evaluateAt(value, partition, at);
    while (call.ignoresNulls && found === null && at + step >= first && at + step < end) {
      at += step;
      found = evaluateAt(value, partition, at);
    }
    return found;
  };
  return {
    type: value.type,
    nullable: true,
    collationLabel: value.collationLabel,
    compute: (partition) =>
      partition.rows.map((_, index) => search(partition, extent(partition, index))),
  };
}

/** Frames that start with the partition are read once; the others row by row. */
function planAggregate({ call, over, scope }: WindowCall): WindowPlan {
  const aggregate = compileAggregate(call, scope);
  const extent = extentOf(over);
  const isRunning = frameOf(over).from.kind === "unbounded_preceding";
  return {
    type: aggregate.type,
    nullable: aggregate.nullable,
    collationLabel: aggregate.collationLabel,
    compute: (partition) =>
      isRunning
        ? runningValues(aggregate, partition, extent)
        : slidingValues(aggregate, partition, extent),
  };
}

function runningValues(
  aggregate: CompiledAggregate,
  partition: Partition,
  extent: ExtentOf,
): SqlValue[] {
  const accumulator = aggregate.start();
  let added = 0;
  let result = accumulator.result();
  return partition.rows.map((_, index) => {
    const { end } = extent(partition, index);
    const before = added;
    for (; added < end; added += 1) {
      partition.frame.row = partition.rows[added] ?? [];
      accumulator.add(partition.frame);
    }
    if (added > before) result = accumulator.result();
    return result;
  });
}

function slidingValues(
  aggregate: CompiledAggregate,
  partition: Partition,
  extent: ExtentOf,
): SqlValue[] {
  return partition.rows.map((_, index) => {
    const { first, end } = extent(partition, index);
    const accumulator = aggregate.start();
    for (const row of partition.rows.slice(first, Math.max(first, end))) {
      partition.frame.row = row;
      accumulator.add(partition.frame);
    }
    return accumulator.result();
  });
}

const PLANNERS: Readonly<Record<string, (call: WindowCall) => WindowPlan>> = {
  ROW_NUMBER: () => ranking(BIGINT, (_, index) => BigInt(index + 1)),
  RANK: () => ranking(BIGINT, ({ peerStart }, index) => BigInt((peerStart[index] ?? 0) + 1)),
  DENSE_RANK: () => ({ type: BIGINT, nullable: false, compute: denseRanks }),
  PERCENT_RANK: () =>
    ranking(FLOAT, ({ peerStart, rows }, index) =>
      rows.length < 2 ? 0 : (peerStart[index] ?? 0) / (rows.length - 1),
    ),
  CUME_DIST: () =>
    ranking(FLOAT, ({ peerEnd, rows }, index) => ((peerEnd[index] ?? 0) + 1) / rows.length),
  NTILE: planTiles,
  LAG: (call) => planNeighbour(call, -1),
  LEAD: (call) => planNeighbour(call, 1),
  FIRST_VALUE: (call) => planEdge(call, true),
  LAST_VALUE: (call) => planEdge(call, false),
};

function requireOrder(name: string, over: WindowSpecification): void {
  if (over.orderBy.length > 0 || isAggregate(name)) return;
  raise(4112, `The function '${name}' must have an OVER clause with ORDER BY.`, { class: 15 });
}

/** Compiles a call with OVER whose arguments stand in `scope` (the rows that the window looks at). */
export function compileWindow(call: FunctionCall, scope: BindScope): CompiledWindow {
  const { over } = call;
  const name = call.name.name.toUpperCase();
  if (over === undefined)
    raise(10_753, `The function '${call.name.name}' must have an OVER clause.`, { class: 15 });
  const planner = PLANNERS[name] ?? (isAggregate(name) ? planAggregate : undefined);
  if (planner === undefined) {
    raise(
      4113,
      `The function '${call.name.name}' is not a valid windowing function, and cannot be used with the OVER clause.`,
    );
  }
  requireOrder(name, over);
  const isWindowOnly = PLANNERS[name] !== undefined;
  const parameters = isWindowOnly
    ? call.arguments.map((argument) => compileExpression(argument, scope))
    : [];
  const plan = planner({ call, over, scope, parameters });
  const orderBy = compileSortTerms(over.orderBy, scope);
  const partitionBy = over.partitionBy.map((part) => compileExpression(part, scope));
  partitionBy.forEach(requireSortable);
  return {
    type: plan.type,
    nullable: plan.nullable,
    collationLabel: plan.collationLabel ?? "coercible",
    partitionBy,
    orderBy,
    compute: (rows, frame) => plan.compute({ rows, frame, ...peersOf(rows, orderBy, frame) }),
  };
}
