import type { GraphPicture, PictureNode } from "./graph-picture.ts";
import { groupByModule, type ModuleTree } from "./module-tree.ts";

const STEP = "  ";

/** A picture for Graphviz, in the form that `terraform graph` writes: modules are clusters. */
export function formatDot(picture: GraphPicture): string {
  const edges = picture.edges.map(({ from, to, isInCycle }) => {
    return `${STEP}${quote(from)} -> ${quote(to)}${isInCycle ? " [color=red]" : ""};`;
  });
  const lines = [
    "digraph G {",
    `${STEP}rankdir = "RL";`,
    `${STEP}node [shape = rect, fontname = "sans-serif"];`,
    ...moduleLines(groupByModule(picture.nodes), STEP),
    ...edges,
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function moduleLines({ nodes, modules }: ModuleTree, indent: string): readonly string[] {
  const inner = indent + STEP;
  return [
    ...nodes.map((node) => indent + nodeLine(node)),
    ...modules.flatMap((module) => [
      `${indent}subgraph ${quote(`cluster_${module.address}`)} {`,
      `${inner}label = ${quote(module.address)};`,
      `${inner}fontname = "sans-serif";`,
      ...moduleLines(module, inner),
      `${indent}}`,
    ]),
  ];
}

function nodeLine({ id, label, isInCycle }: PictureNode): string {
  const colour = isInCycle ? ", color=red" : "";
  return `${quote(id)} [label=${quote(label)}${colour}];`;
}

/** A quoted string of DOT. A backslash of the text is doubled, since labels read it as an escape. */
function quote(text: string): string {
  const escaped = text
    .replaceAll(/["\\]/g, (character) => `\\${character}`)
    .replaceAll("\n", "\\n");
  return `"${escaped}"`;
}
