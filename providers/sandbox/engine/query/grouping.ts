import type { BoundColumn } from "../../expressions/bind-scope.ts";
import { compileAggregate } from "../../expressions/compile-aggregate.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type {
  Accumulator,
  CompiledAggregate,
  CompiledExpression,
  Frame,
} from "../../expressions/compiled.ts";
import type { Expression, FunctionCall } from "../../parser/ast-expressions.ts";
import type { GroupBy } from "../../parser/ast-queries.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { compileKeyHash } from "../../values/key-order.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import { expressionKey } from "./expression-key.ts";
import { planNode } from "./nodes.ts";
import { type Batch, type EngineRun, makeFrame, type PlanNode, pause } from "./plan.ts";
import { type QueryScope, slotKey } from "./scope.ts";

export interface Grouped {
  readonly plan: PlanNode;
  /** Sees groups instead of rows. */
  readonly scope: QueryScope;
}

interface GroupParts {
  readonly keys: readonly CompiledExpression[];
  readonly aggregates: readonly CompiledAggregate[];
  /** For each set the positions of its keys. */
  readonly sets: readonly (readonly number[])[];
  /** For each call of GROUPING the keys that it asks about. */
  readonly questions: readonly (readonly number[])[];
  /** Without GROUP BY there is one group even of no rows. */
  readonly always: boolean;
}

/** Groups rows. A group's row holds the keys, then the aggregates, then the answers of GROUPING. */
export function planGroups(
  child: PlanNode,
  scope: QueryScope,
  {
    groupBy,
    calls,
  }: { readonly groupBy: GroupBy | undefined; readonly calls: readonly FunctionCall[] },
): Grouped {
  if (groupBy?.all === true) raise(40_515, "GROUP BY ALL is not supported in this version.");
  const expressions = groupBy?.expressions ?? [];
  const keys = expressions.map((expression) => compileExpression(expression, scope));
  const asking = calls.filter(isGroupingCall);
  const aggregating = calls.filter((call) => !isGroupingCall(call));
  const aggregates = aggregating.map((call) => compileAggregate(call, scope));
  const hasSets = groupBy?.groupingSets !== undefined;
  const byKey = keySlots(expressions, keys, { scope, hasSets });
  const byNode = new Map<Expression, BoundColumn>();
  for (const [index, call] of aggregating.entries()) {
    const aggregate = aggregates[index];
    if (aggregate !== undefined) {
      byNode.set(call, { depth: 0, slot: keys.length + index, ...typed(aggregate) });
    }
  }
  const questions = asking.map((call, index) => {
    const slot = keys.length + aggregates.length + index;
    const type = { name: call.name.name.toUpperCase() === "GROUPING" ? "tinyint" : "int" } as const;
    byNode.set(call, { depth: 0, slot, type, nullable: false });
    return call.arguments.map(
      (argument) => byKey.get(keyText(argument, scope))?.slot ?? refuseGrouping(),
    );
  });
  const all = keys.map((_, index) => index);
  const sets = groupBy?.groupingSets ?? [all];
  const always = expressions.length === 0 && !hasSets;
  return {
    plan: groupNode(child, { keys, aggregates, sets, questions, always }),
    scope: scope.with({ replacements: { byNode, byKey, isGrouped: true } }),
  };
}

function keySlots(
  expressions: readonly Expression[],
  keys: readonly CompiledExpression[],
  { scope, hasSets }: { readonly scope: QueryScope; readonly hasSets: boolean },
): Map<string, BoundColumn> {
  const byKey = new Map<string, BoundColumn>();
  for (const [slot, expression] of expressions.entries()) {
    const key = keys[slot];
    if (key === undefined) continue;
    const bound = { depth: 0, slot, ...typed(key), nullable: key.nullable || hasSets };
    byKey.set(keyText(expression, scope), bound);
  }
  return byKey;
}

function refuseGrouping(): never {
  raise(
    8161,
    "Argument 1 of the GROUPING function does not match any of the expressions in the GROUP BY clause.",
  );
}

function isGroupingCall({ name }: FunctionCall): boolean {
  return /^GROUPING(_ID)?$/i.test(name.name);
}

function typed({
  type,
  nullable,
  collationLabel,
}: CompiledExpression | CompiledAggregate): Pick<
  BoundColumn,
  "type" | "nullable" | "collationLabel"
> {
  return { type, nullable, collationLabel };
}

function keyText(expression: Expression, scope: QueryScope): string {
  if (expression.kind !== "column") return expressionKey(expression, scope);
  const slot = scope.ownSlot(expression);
  return slot === undefined ? `outer:${expression.parts.join(".")}` : slotKey(slot);
}

interface Group {
  readonly key: readonly SqlValue[];
  readonly accumulators: readonly Accumulator[];
}

function groupNode(child: PlanNode, parts: GroupParts): PlanNode {
  const { keys, aggregates, sets, questions, always } = parts;
  const hash = compileKeyHash(keys.map(({ type }) => type));
  const start = (key: readonly SqlValue[]): Group => ({
    key,
    accumulators: aggregates.map((aggregate) => aggregate.start()),
  });
  return planNode({
    width: keys.length + aggregates.length + questions.length,
    estimate: keys.length === 0 ? 1 : Math.max(1, Math.sqrt(child.estimate)),
    *rows(run: EngineRun, outer: Frame | undefined): Generator<Batch, void, undefined> {
      const tables = sets.map(() => new Map<string, Group>());
      if (always) tables[0]?.set("", start([]));
      const frame = makeFrame(run, outer);
      for (const batch of child.rows(run, outer)) {
        if (batch.length === 0) yield batch;
        for (const row of batch) {
          frame.row = row;
          const key = keys.map((expression) => expression.evaluate(frame));
          addToSets(tables, key, { frame, hash, start, sets });
        }
        if (run.pauseIsDue()) yield pause(run);
      }
      for (const [index, table] of tables.entries()) {
        const out = groupRows(table, sets[index] ?? [], questions);
        if (out.length > 0) yield out;
      }
    },
  });
}

function groupRows(
  table: ReadonlyMap<string, Group>,
  set: readonly number[],
  questions: GroupParts["questions"],
): StoredRow[] {
  const answers = questions.map((slots) =>
    slots.reduce((bits, slot) => bits * 2 + (set.includes(slot) ? 0 : 1), 0),
  );
  return [...table.values()].map(({ key, accumulators }) => [
    ...key,
    ...accumulators.map((item) => item.result()),
    ...answers,
  ]);
}

function addToSets(
  tables: readonly Map<string, Group>[],
  key: readonly SqlValue[],
  work: GroupWork & { readonly sets: GroupParts["sets"] },
): void {
  for (const [index, set] of work.sets.entries()) {
    const table = tables[index];
    if (table !== undefined) addTo(table, set.length === key.length ? key : masked(key, set), work);
  }
}

function masked(key: readonly SqlValue[], set: readonly number[]): readonly SqlValue[] {
  return key.map((value, index) => (set.includes(index) ? value : null));
}

interface GroupWork {
  readonly frame: Frame;
  readonly hash: (key: readonly SqlValue[]) => string;
  readonly start: (key: readonly SqlValue[]) => Group;
}

function addTo(
  table: Map<string, Group>,
  key: readonly SqlValue[],
  { frame, hash, start }: GroupWork,
): void {
  const text = key.length === 0 ? "" : hash(key);
  let group = table.get(text);
  if (group === undefined) {
    group = start(key);
    table.set(text, group);
  }
  for (const accumulator of group.accumulators) accumulator.add(frame);
}
