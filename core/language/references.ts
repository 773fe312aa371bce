import type { SourceRange } from "../diagnostics/source-range.ts";
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
  return new SourceReference(node, file);
}

/*
 * Classes, so that a range is worked out only where somebody asks: an object literal with a getter of its own takes ten
 * times the memory, and a configuration has tens of thousands of these.
 */

class SourceReference implements Reference {
  readonly root: string;
  readonly steps: readonly ReferenceStep[];
  readonly #node: TraversalNode;
  readonly #file: SourceFile;

  constructor(node: TraversalNode, file: SourceFile) {
    this.root = node.root;
    this.steps = node.steps.map((step) => stepOf(step, file));
    this.#node = node;
    this.#file = file;
  }

  get rootRange(): SourceRange {
    return this.#file.range(this.#node.start, this.#node.rootEnd);
  }

  get range(): SourceRange {
    return this.#file.range(this.#node.start, this.#node.end);
  }
}

abstract class SourceStep {
  readonly #node: StepNode;
  readonly #file: SourceFile;

  constructor(node: StepNode, file: SourceFile) {
    this.#node = node;
    this.#file = file;
  }

  get range(): SourceRange {
    return this.#file.range(this.#node.start, this.#node.end);
  }
}

class AttributeStep extends SourceStep {
  readonly kind = "attribute";
  readonly name: string;

  constructor(name: string, node: StepNode, file: SourceFile) {
    super(node, file);
    this.name = name;
  }
}

class IndexStep extends SourceStep {
  readonly kind = "index";
  readonly key: string | number;

  constructor(key: string | number, node: StepNode, file: SourceFile) {
    super(node, file);
    this.key = key;
  }
}

function stepOf(node: StepNode, file: SourceFile): ReferenceStep {
  const { kind, key } = node;
  const content = key.kind === "number" ? doubleOfNumber(key.content) : textOf(key);
  return kind === "index"
    ? new IndexStep(content, node, file)
    : new AttributeStep(String(content), node, file);
}

function textOf(key: StepNode["key"]): string {
  return key.kind === "string" ? key.content : "";
}
