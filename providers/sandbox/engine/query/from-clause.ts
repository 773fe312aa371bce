import { meetExpressions } from "../../expressions/comparisons.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledPredicate } from "../../expressions/compiled.ts";
import type { Predicate } from "../../parser/ast-expressions.ts";
import type { JoinedTable, TableSource } from "../../parser/ast-queries.ts";
import { raise } from "../../values/sql-exception.ts";
import { type Conjunct, compileConjuncts, readsOnly, splitConjuncts } from "./conjuncts.ts";
import { ApplyJoin, CandidateJoin, type HashKeyPair, type JoinType, LookupJoin } from "./joins.ts";
import { filterNode, planNode, SINGLE_ROW } from "./nodes.ts";
import { makeFrame, type PlanNode } from "./plan.ts";
import type { QueryScope, Source } from "./scope.ts";
import { bindTableSource, type Leaf } from "./table-sources.ts";

/** FROM as it was bound: sources in the order of the text, joined as written. */
export type FromTree =
  | { readonly kind: "leaf"; readonly sources: readonly Source[]; readonly leaf: Leaf }
  | {
      readonly kind: "join";
      readonly sources: readonly Source[];
      readonly type: JoinType;
      readonly left: FromTree;
      readonly right: FromTree;
      readonly on: Predicate | undefined;
    }
  | {
      readonly kind: "apply";
      readonly sources: readonly Source[];
      readonly type: "cross_apply" | "outer_apply";
      readonly left: FromTree;
      readonly right: Leaf;
    };

/** Binds FROM; undefined without one. `outer` has no sources of its own yet. */
export function bindFrom(from: readonly TableSource[], outer: QueryScope): FromTree | undefined {
  let tree: FromTree | undefined;
  for (const source of from) {
    const right = bindTree(source, outer);
    tree = tree === undefined ? right : innerJoin(tree, right);
  }
  if (tree !== undefined) refuseSameNames(tree.sources, outer);
  return tree;
}

function innerJoin(left: FromTree, right: FromTree): FromTree {
  return {
    kind: "join",
    type: "inner",
    left,
    right,
    on: undefined,
    sources: [...left.sources, ...right.sources],
  };
}

function bindTree(source: TableSource, outer: QueryScope): FromTree {
  if (source.kind !== "join") {
    const leaf = bindTableSource(source, outer);
    return { kind: "leaf", leaf, sources: [leaf.source] };
  }
  const left = bindTree(source.left, outer);
  if (source.type === "cross_apply" || source.type === "outer_apply") {
    return bindApply(source, left, outer);
  }
  const right = bindTree(source.right, outer);
  const type = source.type === "cross" ? "inner" : source.type;
  return { ...innerJoin(left, right), kind: "join", type, left, right, on: source.on };
}

function bindApply(source: JoinedTable, left: FromTree, outer: QueryScope): FromTree {
  const type = source.type === "outer_apply" ? source.type : "cross_apply";
  const lateral = outer.with({ sources: left.sources });
  const inner = outer.with({ sources: [], parent: lateral, outerReads: undefined });
  if (source.right.kind === "join") {
    raise(102, "Incorrect syntax near 'APPLY'.", { class: 15 });
  }
  const right = bindTableSource(source.right, inner);
  return { kind: "apply", type, left, right, sources: [...left.sources, right.source] };
}

function refuseSameNames(sources: readonly Source[], scope: QueryScope): void {
  const seen = new Set<string>();
  for (const { name, schema, database } of sources) {
    if (name === "") continue;
    const { foldName } = scope.environment;
    const key = [name, schema ?? "", database ?? ""].map(foldName).join("\u0000");
    if (seen.has(key) && schema === undefined) {
      raise(1011, `The correlation name '${name}' is specified multiple times in a FROM clause.`, {
        class: 15,
      });
    }
    if (seen.has(key)) {
      raise(
        1013,
        `The objects "${name}" and "${name}" in the FROM clause have the same exposed names. Use correlation names to distinguish them.`,
        { class: 15 },
      );
    }
    seen.add(key);
  }
}

/** The plan of FROM with the conditions of WHERE, each tested as early as may be. */
export function planFrom(
  tree: FromTree | undefined,
  where: readonly Conjunct[],
  scope: QueryScope,
): PlanNode {
  const once = where.filter(({ sources }) => sources.size === 0);
  const others = where.filter(({ sources }) => sources.size > 0);
  const plan = tree === undefined ? SINGLE_ROW : planTree(tree, others, scope);
  return testedFirst(plan, compileConjuncts(once, scope.with({ sources: [] })));
}

/** Conditions that read no row here are tested once, before anything is read. */
function testedFirst(child: PlanNode, predicate: CompiledPredicate | undefined): PlanNode {
  if (predicate === undefined) return child;
  const node = planNode({
    width: child.width,
    estimate: child.estimate,
    order: child.order,
    *rows(run, outer) {
      if (predicate.evaluate(makeFrame(run, outer)) === true) yield* child.rows(run, outer);
    },
  });
  return {
    ...node,
    reordered: (wanted) => {
      const turned = child.reordered?.(wanted);
      return turned && testedFirst(turned, predicate);
    },
  };
}

/** `conjuncts` read no source outside of the tree, and may be tested anywhere within it. */
function planTree(tree: FromTree, conjuncts: readonly Conjunct[], scope: QueryScope): PlanNode {
  if (tree.kind === "leaf") {
    return tree.leaf.plan({ conjuncts, keyScope: scope.with({ sources: [] }) });
  }
  if (tree.kind === "apply") {
    const early = conjuncts.filter((conjunct) => readsOnly(conjunct, tree.left.sources));
    const left = planTree(tree.left, early, scope);
    const right = tree.right.plan({ conjuncts: [], keyScope: undefined });
    const rest = conjuncts.filter((conjunct) => !early.includes(conjunct));
    const all = scope.with({ sources: tree.sources });
    return filterNode(new ApplyJoin(left, right, tree.type), compileConjuncts(rest, all));
  }
  return planJoin(tree, conjuncts, scope);
}

type JoinTree = Extract<FromTree, { kind: "join" }>;

function planJoin(tree: JoinTree, where: readonly Conjunct[], scope: QueryScope): PlanNode {
  const all = scope.with({ sources: tree.sources });
  const on = splitConjuncts(tree.on, all);
  const { type } = tree;
  const pool = type === "inner" ? [...where, ...on] : where;
  const mayFilterLeft = type === "inner" || type === "left";
  const mayFilterRight = type === "inner" || type === "right";
  const leftOnly = (item: Conjunct): boolean => readsOnly(item, tree.left.sources);
  const rightOnly = (item: Conjunct): boolean => readsOnly(item, tree.right.sources);
  const toLeft = [
    ...(mayFilterLeft ? pool.filter(leftOnly) : []),
    ...(type === "right" ? on.filter((item) => leftOnly(item) && !rightOnly(item)) : []),
  ];
  const toRight = [
    ...(mayFilterRight ? pool.filter((item) => rightOnly(item) && !leftOnly(item)) : []),
    ...(type === "left" ? on.filter((item) => rightOnly(item) && !leftOnly(item)) : []),
  ];
  const used = new Set([...toLeft, ...toRight]);
  const condition = (type === "inner" ? pool : on).filter((item) => !used.has(item));
  const left = planTree(tree.left, toLeft, scope);
  const joined =
    planLookup({ tree, left, toRight, condition, scope }) ??
    planCandidates({ tree, left, toRight, condition, scope });
  const above = type === "inner" ? [] : where.filter((item) => !used.has(item));
  return filterNode(joined, compileConjuncts(above, all));
}

interface JoinWork {
  readonly tree: JoinTree;
  readonly left: PlanNode;
  readonly toRight: readonly Conjunct[];
  readonly condition: readonly Conjunct[];
  readonly scope: QueryScope;
}

function planLookup({ tree, left, toRight, condition, scope }: JoinWork): PlanNode | undefined {
  if (tree.right.kind !== "leaf" || (tree.type !== "inner" && tree.type !== "left")) {
    return undefined;
  }
  const keyScope = scope.with({ sources: tree.left.sources });
  const right = tree.right.leaf.lookup?.({
    conjuncts: toRight,
    joinConjuncts: condition,
    keyScope,
    leftEstimate: left.estimate,
  });
  if (right === undefined) return undefined;
  const all = scope.with({ sources: tree.sources });
  return new LookupJoin({
    type: tree.type,
    left,
    right,
    condition: compileConjuncts(condition, all),
  });
}

function planCandidates({ tree, left, toRight, condition, scope }: JoinWork): PlanNode {
  const right = planTree(tree.right, toRight, scope);
  const pairs = condition.map((item) => ({ item, pair: hashPair(item, tree, scope) }));
  const keys = pairs.map(({ pair }) => pair).filter((pair) => pair !== undefined);
  const rest = pairs.filter(({ pair }) => pair === undefined).map(({ item }) => item);
  return new CandidateJoin({
    type: tree.type,
    left,
    right,
    keys,
    condition: compileConjuncts(rest, scope.with({ sources: tree.sources })),
  });
}

/** An equality of something of the left with something of the right. */
function hashPair(
  { predicate }: Conjunct,
  tree: JoinTree,
  scope: QueryScope,
): HashKeyPair | undefined {
  if (predicate.kind !== "comparison" || predicate.operator !== "=") return undefined;
  const all = scope.with({ sources: tree.sources });
  const sides = [predicate.left, predicate.right].map((expression) => {
    const used = new Set<Source>();
    compileExpression(expression, all.with({ used }));
    const list = [...used];
    if (list.length === 0) return undefined;
    if (list.every((source) => tree.left.sources.includes(source))) return "left";
    return list.every((source) => tree.right.sources.includes(source)) ? "right" : undefined;
  });
  const leftScope = scope.with({ sources: tree.left.sources });
  const rightScope = scope.with({ sources: tree.right.sources });
  const [first, second] = sides;
  if (first === "left" && second === "right") {
    return meetExpressions(
      compileExpression(predicate.left, leftScope),
      compileExpression(predicate.right, rightScope),
      "equal to",
    );
  }
  if (first !== "right" || second !== "left") return undefined;
  return meetExpressions(
    compileExpression(predicate.right, leftScope),
    compileExpression(predicate.left, rightScope),
    "equal to",
  );
}
