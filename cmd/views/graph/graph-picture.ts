import type { ConfigurationGraph, GraphNode } from "../../../core/config/configuration.ts";
import { componentsOf } from "../../../core/graph/components.ts";
import type { Dependencies } from "../../../core/graph/graph.ts";

/** What a picture of a configuration shows, in ordinal order. */
export interface GraphPicture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

export interface PictureNode extends Omit<GraphNode, "range"> {
  readonly isInCycle: boolean;
}

/** `from` needs `to`. */
interface PictureEdge {
  readonly from: string;
  readonly to: string;
  readonly isInCycle: boolean;
}

/**
 * `resources`: resources, data and outputs of modules; what lies between two of them is an edge. What is part of a circle
 * is always shown, since nobody could see the circle otherwise.
 */
export type GraphDetail = "resources" | "all";

export function drawGraph({ nodes, edges }: ConfigurationGraph, detail: GraphDetail): GraphPicture {
  const successors = successorsOf({ nodes, edges });
  const cycles = findCycles(successors);
  const shown = nodes.filter((node) => detail === "all" || isMain(node) || cycles.has(node.id));
  const ids = new Set(shown.map(({ id }) => id));
  const drawn = shown.flatMap(({ id }) =>
    Array.from(reachShown(id, successors, ids), (to) => {
      const cycle = cycles.get(id);
      return { from: id, to, isInCycle: cycle !== undefined && cycle === cycles.get(to) };
    }),
  );
  return {
    nodes: shown
      .map(({ id, kind, module, label }) => ({
        id,
        kind,
        module,
        label,
        isInCycle: cycles.has(id),
      }))
      .toSorted((left, right) => compare(left.id, right.id)),
    edges: drawn.toSorted(
      (left, right) => compare(left.from, right.from) || compare(left.to, right.to),
    ),
  };
}

/** The picture as if no circle had been found. */
export function withoutCycles({ nodes, edges }: GraphPicture): GraphPicture {
  return {
    nodes: nodes.map((node) => ({ ...node, isInCycle: false })),
    edges: edges.map((edge) => ({ ...edge, isInCycle: false })),
  };
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function isMain({ kind, module }: GraphNode): boolean {
  return kind === "resource" || kind === "data" || (kind === "output" && module !== "");
}

/** A number for each node in a circle, shared by exactly those that need each other. */
function findCycles(needs: Dependencies<string>): ReadonlyMap<string, number> {
  const cycles = new Map<string, number>();
  for (const [number, members] of componentsOf(needs).entries()) {
    const [first = ""] = members;
    const isCycle = members.length > 1 || needs.get(first)?.includes(first) === true;
    if (isCycle) for (const member of members) cycles.set(member, number);
  }
  return cycles;
}

function successorsOf({ nodes, edges }: ConfigurationGraph): Dependencies<string> {
  const successors = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) if (successors.has(to)) successors.get(from)?.push(to);
  return successors;
}

/** The shown nodes that a node needs: directly, or through hidden ones only. */
function reachShown(
  start: string,
  successors: Dependencies<string>,
  shown: ReadonlySet<string>,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const passed = new Set<string>();
  const open = [...(successors.get(start) ?? [])];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (shown.has(id)) reached.add(id);
    else if (!passed.has(id)) {
      passed.add(id);
      for (const next of successors.get(id) ?? []) open.push(next);
    }
  }
  return reached;
}
