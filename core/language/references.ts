import type { Expression, Reference, ReferenceStep } from "./expression.ts";
import type { SourceFile } from "./source-file.ts";
import type { ExpressionNode, StepNode, TraversalNode } from "./syntax/expression-node.ts";
import { doubleOfNumber } from "./values/number-format.ts";

/** What an expression refers to, without evaluating it, in the order of the source. Names of `for` are left out. */
export function references(expression: Expression): readonly Reference[] {
  return traversalsOf(expression.node).map((node) => referenceOf(node, expression.file));
}

interface LocalNames {
  readonly names: readonly (string | undefined)[];
  readonly outer: LocalNames | undefined;
}

interface Visit {
  readonly node: ExpressionNode;
  readonly locals: LocalNames | undefined;
}

/** The traversals of free names under a node, in the order of the source; those among so many nodes at most. */
export function traversalsOf(root: ExpressionNode, mostNodes = Infinity): TraversalNode[] {
  const found: TraversalNode[] = [];
  const open: Visit[] = [{ node: root, locals: undefined }];
  let nodes = 0;
  for (let visit = open.pop(); visit !== undefined && nodes < mostNodes; visit = open.pop()) {
    nodes += 1;
    const { node, locals } = visit;
    if (node.kind === "traversal" && !isLocal(node.root, locals)) found.push(node);
    const inner =
      node.kind === "for" ? { names: [node.keyName, node.valueName], outer: locals } : locals;
    for (const child of childrenOf(node)) {
      const isOutside = node.kind === "for" && child === node.collection;
      open.push({ node: child, locals: isOutside ? locals : inner });
    }
  }
  return found.sort((left, right) => left.start - right.start);
}

function isLocal(name: string, locals: LocalNames | undefined): boolean {
  for (let scope = locals; scope !== undefined; scope = scope.outer) {
    if (scope.names.includes(name)) return true;
  }
  return false;
}

/** The second argument of `convert` is a type, whose words refer to nothing. */
const CHILDREN: {
  readonly [Kind in ExpressionNode["kind"]]: (
    node: Extract<ExpressionNode, { readonly kind: Kind }>,
  ) => readonly (ExpressionNode | undefined)[];
} = {
  literal: () => [],
  item: () => [],
  invalid: () => [],
  traversal: () => [],
  template: ({ parts }) => parts,
  wrap: ({ inner }) => [inner],
  parentheses: ({ inner }) => [inner],
  join: ({ tuple }) => [tuple],
  steps: ({ source }) => [source],
  index: ({ collection, key }) => [collection, key],
  splat: ({ source, each }) => [source, each],
  call: ({ name, args }) => (name === "convert" ? args.slice(0, 1) : args),
  conditional: ({ condition, whenTrue, whenFalse }) => [condition, whenTrue, whenFalse],
  unary: ({ operand }) => [operand],
  binary: ({ left, right }) => [left, right],
  tuple: ({ elements }) => elements,
  object: ({ items }) => items.flatMap(({ key, value }) => [key, value]),
  for: ({ collection, key, value, condition }) => [collection, key, value, condition],
};

function childrenOf(node: ExpressionNode): readonly ExpressionNode[] {
  // The table is keyed by the node's own kind, which TypeScript cannot follow.
  const list = CHILDREN[node.kind] as (
    node: ExpressionNode,
  ) => readonly (ExpressionNode | undefined)[];
  return list(node).filter((child) => child !== undefined);
}

/** The traversal as callers see it. */
export function referenceOf(node: TraversalNode, file: SourceFile): Reference {
  return {
    root: node.root,
    get rootRange() {
      return file.range(node.start, node.rootEnd);
    },
    steps: node.steps.map((step) => stepOf(step, file)),
    get range() {
      return file.range(node.start, node.end);
    },
  };
}

function stepOf({ kind, key, start, end }: StepNode, file: SourceFile): ReferenceStep {
  const content = key.kind === "number" ? doubleOfNumber(key.content) : textOf(key);
  if (kind === "index") {
    return {
      kind,
      key: content,
      get range() {
        return file.range(start, end);
      },
    };
  }
  return {
    kind,
    name: String(content),
    get range() {
      return file.range(start, end);
    },
  };
}

function textOf(key: StepNode["key"]): string {
  return key.kind === "string" ? key.content : "";
}
