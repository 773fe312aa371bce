import assert from "node:assert/strict";
import { test } from "node:test";
import { completeName } from "../../../cmd/commands/console-completion.ts";
import type { ConfigurationGraph, GraphNode } from "../../../core/config/configuration.ts";
import { standardFunctions } from "../../../core/language/functions/standard-functions.ts";
import { createTestEnvironment } from "../../support/function-environment.ts";

const FUNCTIONS = standardFunctions(createTestEnvironment());

const RANGE = {
  filename: "main.hcl",
  start: { line: 1, column: 1, byte: 0 },
  end: { line: 1, column: 1, byte: 0 },
};

function node(label: string, kind: GraphNode["kind"], module = ""): GraphNode {
  return { id: label, kind, module, label, range: RANGE };
}

const GRAPH: ConfigurationGraph = {
  nodes: [
    node("var.region", "variable"),
    node("var.retention", "variable"),
    node("server.orders", "resource"),
    node("data.databases.shop", "data"),
    node("output.host", "output"),
    node("vault.inner", "resource", "module.eu"),
  ],
  edges: [],
};

const CASES: readonly (readonly [line: string, candidates: readonly string[]])[] = [
  ["upp", ["upper("]],
  ["[for x in va", ["values(", "var."]],
  ["1 + var.", ["var.region", "var.retention"]],
  ["var.reg", ["var.region"]],
  ["ser", ["server."]],
  ["data.", ["data.databases."]],
  ["data.databases.", ["data.databases.shop"]],
  ["outp", []],
  ["vau", []],
  ["path.m", ["path.module"]],
];

for (const [line, candidates] of CASES) {
  test(`Tab behind ${line} offers ${candidates.join(", ") || "nothing"}`, () => {
    assert.deepEqual(completeName(line, { functions: FUNCTIONS }, GRAPH).candidates, candidates);
  });
}

test("Tab on an empty line offers every first name", () => {
  const { word, candidates } = completeName("", { functions: FUNCTIONS }, GRAPH);
  assert.equal(word, "");
  assert.ok(
    ["data.", "path.", "server.", "upper(", "var."].every((each) => candidates.includes(each)),
  );
});
