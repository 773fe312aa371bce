import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { componentsOf } from "../../graph/components.ts";
import type { GraphEdge } from "../configuration.ts";
import { formatPlace, problem } from "../report.ts";
import type { BlockNode } from "./block-node.ts";
import type { BlockGraph } from "./build-graph.ts";

export interface EvaluationOrder {
  /** Each block after all that it needs. */
  readonly nodes: readonly BlockNode[];
  /** Ids of blocks that need each other in a circle, so that none of them has a value. */
  readonly circular: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** An order in which the blocks can be evaluated; each circle is reported once. */
export function orderBlocks(graph: BlockGraph): EvaluationOrder {
  const needs = new Map(
    [...graph.edges].map(([id, edges]) => [id, edges.map(({ to }) => to)] as const),
  );
  const groups = componentsOf(needs);
  const circles = groups.filter(
    ([first = "", ...others]) => others.length > 0 || needs.get(first)?.includes(first) === true,
  );
  const nodes = groups.flat().flatMap((id) => {
    const node = graph.nodes.get(id);
    return node === undefined ? [] : [node];
  });
  return {
    nodes,
    circular: new Set(circles.flat()),
    diagnostics: circles.map((circle) => circleProblem(new Set(circle), graph)),
  };
}

function circleProblem(members: ReadonlySet<string>, graph: BlockGraph): Diagnostic {
  const inOrder = [...graph.nodes.keys()].filter((id) => members.has(id));
  const edges = shortestCircle(inOrder[0] ?? "", members, graph);
  const places = edges.map(({ from }) => placeOf(from, graph));
  const last = edges.at(-1);
  const detail =
    edges.length === 1
      ? `${places[0]} refers to itself, so it has no value.`
      : `${places.join(" needs ")} needs ${last?.to} again, so none of them has a value. Break the circle at one of these places.`;
  const subject = last?.range ?? graph.nodes.get(inOrder[0] ?? "")?.range;
  if (subject === undefined) throw new RangeError("a circle has no member. This is a bug.");
  return problem({ summary: "Cycle", detail, subject }, "CONFIG_CYCLE");
}

function placeOf(id: string, { nodes }: BlockGraph): string {
  const range = nodes.get(id)?.range;
  return range === undefined ? id : `${id} (${formatPlace(range)})`;
}

/** The fewest edges from a member back to itself, breadth first. */
function shortestCircle(
  start: string,
  members: ReadonlySet<string>,
  { edges }: BlockGraph,
): readonly GraphEdge[] {
  const reachedBy = new Map<string, GraphEdge>();
  const open = [start];
  for (const id of open) {
    for (const edge of edges.get(id) ?? []) {
      if (!members.has(edge.to) || reachedBy.has(edge.to)) continue;
      reachedBy.set(edge.to, edge);
      if (edge.to === start) return pathTo(start, reachedBy);
      open.push(edge.to);
    }
  }
  return [];
}

function pathTo(start: string, reachedBy: ReadonlyMap<string, GraphEdge>): readonly GraphEdge[] {
  const path: GraphEdge[] = [];
  for (let edge = reachedBy.get(start); edge !== undefined; edge = reachedBy.get(edge.from)) {
    path.unshift(edge);
    if (edge.from === start) break;
  }
  return path;
}
