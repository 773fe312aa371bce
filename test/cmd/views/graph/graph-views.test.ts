import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDot } from "../../../../cmd/views/graph/dot-text.ts";
import { toGraphJson } from "../../../../cmd/views/graph/graph-json.ts";
import { drawGraph, withoutCycles } from "../../../../cmd/views/graph/graph-picture.ts";
import { formatMermaid } from "../../../../cmd/views/graph/mermaid-text.ts";
import type { ConfigurationGraph, GraphNode } from "../../../../core/config/configuration.ts";

const RANGE = {
  filename: "main.hcl",
  start: { line: 1, column: 1, byte: 0 },
  end: { line: 1, column: 1, byte: 0 },
};

const KINDS: Readonly<Record<string, GraphNode["kind"]>> = {
  var: "variable",
  local: "local",
  output: "output",
  data: "data",
  module: "module",
  check: "check",
};

function nodeOf(id: string): GraphNode {
  const [, module = "", label = ""] = /^((?:module\.\w+\.(?=\w+\.))*)(.*)$/.exec(id) ?? [];
  const kind = KINDS[label.split(".")[0] ?? ""] ?? "resource";
  return { id, kind, module: module.slice(0, -1), label, range: RANGE };
}

/** A graph from its edges; nodes that stand alone are given as edges to nothing. */
function graphOf(...edges: readonly (readonly [from: string, to?: string])[]): ConfigurationGraph {
  const ids = new Set(edges.flatMap(([from, to]) => (to === undefined ? [from] : [from, to])));
  return {
    nodes: Array.from(ids, nodeOf),
    edges: edges.flatMap(([from, to]) => (to === undefined ? [] : [{ from, to, range: RANGE }])),
  };
}

function linesOf(graph: ConfigurationGraph, detail: "resources" | "all" = "resources"): string[] {
  return drawGraph(graph, detail).edges.map(({ from, to, isInCycle }) => {
    return `${from} ${isInCycle ? "=>" : "->"} ${to}`;
  });
}

const SAMPLE = graphOf(
  ["backup_set.shop", "local.server"],
  ["local.server", "server.shop"],
  ["local.server", "var.region"],
  ["server.shop", "credential.ci"],
  ["backup_set.shop", "module.eu.output.vault"],
  ["module.eu.output.vault", "module.eu.vault.main"],
  ["module.eu.vault.main", "module.eu.var.path"],
  ["module.eu.var.path", "module.eu"],
  ["module.eu.module.inner.vault.deep"],
  ["output.host", "server.shop"],
  ["check.fresh", "data.databases.shop"],
);

test("without all, what lies between two resources is an edge", () => {
  assert.deepEqual(linesOf(SAMPLE), [
    "backup_set.shop -> module.eu.output.vault",
    "backup_set.shop -> server.shop",
    "module.eu.output.vault -> module.eu.vault.main",
    "server.shop -> credential.ci",
  ]);
  const shown = drawGraph(SAMPLE, "resources").nodes.map(({ id }) => id);
  assert.deepEqual(shown, [
    "backup_set.shop",
    "credential.ci",
    "data.databases.shop",
    "module.eu.module.inner.vault.deep",
    "module.eu.output.vault",
    "module.eu.vault.main",
    "server.shop",
  ]);
});

test("with all, every block and every reference is shown once", () => {
  const twice = { nodes: SAMPLE.nodes, edges: [...SAMPLE.edges, ...SAMPLE.edges] };
  const picture = drawGraph(twice, "all");
  assert.equal(picture.nodes.length, SAMPLE.nodes.length);
  assert.equal(picture.edges.length, SAMPLE.edges.length);
});

test("a circle of locals is shown although locals are hidden otherwise", () => {
  const circle = graphOf(
    ["server.a", "local.x"],
    ["local.x", "local.y"],
    ["local.y", "local.x"],
    ["local.y", "local.z"],
    ["local.z", "server.b"],
    ["local.self", "local.self"],
  );
  assert.deepEqual(linesOf(circle), [
    "local.self => local.self",
    "local.x => local.y",
    "local.y => local.x",
    "local.y -> server.b",
    "server.a -> local.x",
  ]);
});

test("the text for Graphviz has modules as clusters and circles in red", () => {
  const graph = graphOf(
    ["server.a", "module.eu.vault.main"],
    ["module.eu.vault.main", "module.eu.module.in.vault.x"],
    ["server.b", "server.b"],
  );
  assert.equal(
    formatDot(drawGraph(graph, "resources")),
    `digraph G {
  rankdir = "RL";
  node [shape = rect, fontname = "sans-serif"];
  "server.a" [label="server.a"];
  "server.b" [label="server.b", color=red];
  subgraph "cluster_module.eu" {
    label = "module.eu";
    fontname = "sans-serif";
    "module.eu.vault.main" [label="vault.main"];
    subgraph "cluster_module.eu.module.in" {
      label = "module.eu.module.in";
      fontname = "sans-serif";
      "module.eu.module.in.vault.x" [label="vault.x"];
    }
  }
  "module.eu.vault.main" -> "module.eu.module.in.vault.x";
  "server.a" -> "module.eu.vault.main";
  "server.b" -> "server.b" [color=red];
}
`,
  );
  assert.doesNotMatch(formatDot(withoutCycles(drawGraph(graph, "resources"))), /red/);
});

test("the text for Mermaid has modules as subgraphs and circles in red", () => {
  const graph = graphOf(["server.a", "module.eu.vault.main"], ["server.b", "server.b"]);
  assert.equal(
    formatMermaid(drawGraph(graph, "resources")),
    `flowchart LR
  n1["server.a"]
  n2["server.b"]
  subgraph "module.eu"
    n0["vault.main"]
  end
  n1 --> n0
  n2 --> n2
  classDef cycle stroke:red
  class n2 cycle
  linkStyle 1 stroke:red
`,
  );
});

test("names cannot break out of their quotes", () => {
  const graph = { nodes: [{ ...nodeOf("server.a"), id: 'a"\\b', label: 'x"]\\<b>#' }], edges: [] };
  const picture = drawGraph(graph, "all");
  assert.match(formatDot(picture), /^ {2}"a\\"\\\\b" \[label="x\\"\]\\\\<b>#"\];$/m);
  assert.match(formatMermaid(picture), /^ {2}n0\["x#34;\]#92;#60;b#62;#35;"\]$/m);
});

test("the JSON says what needs what", () => {
  const json = toGraphJson(drawGraph(graphOf(["server.a", "credential.c"]), "resources"));
  assert.deepEqual(json.edges, [{ from: "server.a", to: "credential.c", in_cycle: false }]);
  const node = { kind: "resource", module: "", in_cycle: false };
  assert.deepEqual(json.nodes, [
    { id: "credential.c", label: "credential.c", ...node },
    { id: "server.a", label: "server.a", ...node },
  ]);
});

const EDGES = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 20 });

test("an edge is red exactly when a way leads back over it", () => {
  fc.assert(
    fc.property(EDGES, (edges) => {
      const named = edges.map(([from, to]) => [`server.n${from}`, `server.n${to}`] as const);
      const picture = drawGraph(graphOf(...named), "resources");
      const reach = (start: string): ReadonlySet<string> => {
        const reached = new Set([start]);
        for (const id of reached) {
          for (const [from, to] of named) if (from === id) reached.add(to);
        }
        return reached;
      };
      for (const { from, to, isInCycle } of picture.edges) {
        assert.equal(isInCycle, reach(to).has(from), `${from} -> ${to}`);
      }
    }),
  );
});
