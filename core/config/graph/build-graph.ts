import { blockOfAddress, tryParseAddress } from "../../address/address.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Expression, Reference } from "../../language/expression.ts";
import { literalText } from "../../language/literal-text.ts";
import { references } from "../../language/references.ts";
import type { GraphEdge } from "../configuration.ts";
import { type ModuleNode, modulesOf } from "../read/module-tree.ts";
import type { Report } from "../report.ts";
import { type BlockNode, blocksOf, dependsOnOf, idOf, referencesOf } from "./block-node.ts";
import { findTarget, nameAt, type Target } from "./targets.ts";

/** Every block of every module, and what each needs. */
export interface BlockGraph {
  readonly nodes: ReadonlyMap<string, BlockNode>;
  /** By the id of the block that needs. */
  readonly edges: ReadonlyMap<string, readonly GraphEdge[]>;
}

/** Finds what blocks refer to without evaluating anything; reports references to what is not declared. */
export function buildGraph(root: ModuleNode, report: Report): BlockGraph {
  const builder = new GraphBuilder(report);
  for (const module of modulesOf(root)) {
    for (const node of blocksOf(module)) builder.add(node);
  }
  return builder;
}

class GraphBuilder implements BlockGraph {
  readonly nodes = new Map<string, BlockNode>();
  readonly edges = new Map<string, readonly GraphEdge[]>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  add(node: BlockNode): void {
    this.nodes.set(node.id, node);
    const edges = new Map<string, GraphEdge>();
    for (const edge of this.#edgesOf(node)) {
      if (!edges.has(edge.to)) edges.set(edge.to, edge);
    }
    this.edges.set(node.id, [...edges.values()]);
  }

  *#edgesOf(node: BlockNode): Generator<GraphEdge> {
    const { at, content } = node;
    const { all, texts } = referencesOf(content);
    for (const text of texts) yield* edgesOfText(node.id, text);
    for (const reference of all) yield* this.#edges(node.id, reference, at);
    for (const reference of dependsOnOf(content)) yield* this.#edges(node.id, reference, at);
    if (at.parent === undefined || at.call === undefined) return;
    const call = idOf(at.parent, `module.${at.call.name}`);
    yield { from: node.id, to: call, range: at.call.range };
    if (content.kind !== "variable") return;
    const input = at.call.inputs.get(content.block.name);
    if (input === undefined) return;
    for (const reference of references(input.expression)) {
      yield* this.#edges(node.id, reference, at.parent);
    }
  }

  *#edges(from: string, reference: Reference, module: ModuleNode): Generator<GraphEdge> {
    const target = findTarget(reference, module);
    if (target === undefined) return;
    if ("faults" in target) return this.#report.add(...target.faults);
    for (const to of idsOf(target, reference, module))
      yield new EdgeOfReference(from, to, reference);
  }
}

/** Its range is worked out where somebody asks. */
class EdgeOfReference implements GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly #reference: Reference;

  constructor(from: string, to: string, reference: Reference) {
    this.from = from;
    this.to = to;
    this.#reference = reference;
  }

  get range(): SourceRange {
    return this.#reference.range;
  }
}

/** An address in quotation marks names a block too; whether there is one is asked later. */
function* edgesOfText(from: string, expression: Expression): Generator<GraphEdge> {
  const text = literalText(expression);
  const address = text === undefined ? undefined : tryParseAddress(text);
  if (address !== undefined) yield { from, to: blockOfAddress(address), range: expression.range };
}

const LABELS: Readonly<Record<Target["kind"], string>> = {
  variable: "var.",
  local: "local.",
  resource: "",
  data: "data.",
  module: "module.",
};

function idsOf(target: Target, reference: Reference, module: ModuleNode): readonly string[] {
  const own = idOf(module, `${LABELS[target.kind]}${target.key}`);
  const child = target.kind === "module" ? module.children.get(target.key) : undefined;
  if (child === undefined) return [own];
  const output = outputOf(reference);
  const isKnown = output !== undefined && child.folder.outputs.has(output);
  const names = isKnown ? [output] : [...child.folder.outputs.keys()];
  return [own, ...names.map((name) => idOf(child, `output.${name}`))];
}

/** `host` of `module.eu.host`, `module.eu["x"].host`, `module.eu[0].host`. */
function outputOf(reference: Reference): string | undefined {
  const [, second] = reference.steps;
  return nameAt(reference, second?.kind === "index" ? 2 : 1);
}
