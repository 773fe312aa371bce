import type { GraphPicture } from "./graph-picture.ts";
import { groupByModule, type ModuleTree } from "./module-tree.ts";

const STEP = "  ";

/** A picture for Mermaid, which pull requests and many wikis draw: modules are subgraphs. */
export function formatMermaid(picture: GraphPicture): string {
  const names = new Map(picture.nodes.map(({ id }, at) => [id, `n${at}`]));
  const nameOf = (id: string) => names.get(id) ?? "";
  const edges = picture.edges.map(({ from, to }) => `${STEP}${nameOf(from)} --> ${nameOf(to)}`);
  const lines = [
    "flowchart LR",
    ...moduleLines(groupByModule(picture.nodes), { indent: STEP, nameOf }),
    ...edges,
    ...cycleLines(picture, nameOf),
  ];
  return `${lines.join("\n")}\n`;
}

interface Names {
  readonly indent: string;
  readonly nameOf: (id: string) => string;
}

function moduleLines({ nodes, modules }: ModuleTree, { indent, nameOf }: Names): readonly string[] {
  const inner = { indent: indent + STEP, nameOf };
  return [
    ...nodes.map(({ id, label }) => `${indent}${nameOf(id)}[${quote(label)}]`),
    ...modules.flatMap((module) => [
      `${indent}subgraph ${quote(module.address)}`,
      ...moduleLines(module, inner),
      `${indent}end`,
    ]),
  ];
}

function cycleLines(
  { nodes, edges }: GraphPicture,
  nameOf: (id: string) => string,
): readonly string[] {
  const numbers = edges.flatMap(({ isInCycle }, at) => (isInCycle ? [at] : []));
  if (numbers.length === 0) return [];
  const circle = nodes.filter(({ isInCycle }) => isInCycle).map(({ id }) => nameOf(id));
  return [
    `${STEP}classDef cycle stroke:red`,
    `${STEP}class ${circle.join(",")} cycle`,
    `${STEP}linkStyle ${numbers.join(",")} stroke:red`,
  ];
}

/** Mermaid has no escape but entities, written with a number sign. */
function quote(text: string): string {
  const escaped = text.replaceAll(/["#&<>`\\]/g, (character) => `#${character.charCodeAt(0)};`);
  return `"${escaped.replaceAll("\n", " ")}"`;
}
