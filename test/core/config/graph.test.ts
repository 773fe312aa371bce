import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModules } from "../../support/load-modules.ts";
import { loadText } from "../../support/load-text.ts";

function edgesOf(files: Readonly<Record<string, string>>): readonly string[] {
  const { graph } = loadModules(files);
  return graph.edges.map(({ from, to }) => `${from} -> ${to}`).sort();
}

test("the graph says what needs what, without evaluating anything", () => {
  const text = `variable "v" { default = 1 }
locals { l = [for x in [var.v] : x] }
retention "r" {
 daily = local.l[0]
}
policy "p" {
 method = "snapshot"
 retention = retention.r
 depends_on = [server.s]
 dynamic "full" {
  for_each = [local.l]
  content { schedule = full.value }
 }
}
server "s" {
 for_each = {}
 kind = "sql_server"
 host = "\${path.module}-\${each.key}"
 credential = credential.c
}
credential "c" { type = "entra_default" }
data "databases" "d" { server = server.s["x"] }
output "o" { value = data.databases.d }
check "k" {
 assert {
  condition = policy.p.method == "x"
  error_message = "\${var.v}"
 }
}
`;
  assert.deepEqual(edgesOf({ "main.hcl": text }), [
    "check.k -> policy.p",
    "check.k -> var.v",
    "data.databases.d -> server.s",
    "local.l -> var.v",
    "output.o -> data.databases.d",
    "policy.p -> local.l",
    "policy.p -> retention.r",
    "policy.p -> server.s",
    "retention.r -> local.l",
    "server.s -> credential.c",
  ]);
});

test("edges go through modules by their inputs and outputs", () => {
  const edges = edgesOf({
    "main.hcl": `module "m" {
 source = "./m"
 input = local.x
}
locals {
 x = 1
 y = module.m.out
}
`,
    "m/main.hcl":
      'variable "input" {}\noutput "out" { value = var.input }\noutput "other" { value = 1 }',
  });
  assert.deepEqual(edges, [
    "local.y -> module.m",
    "local.y -> module.m.output.out",
    "module.m.output.other -> module.m",
    "module.m.output.out -> module.m",
    "module.m.output.out -> module.m.var.input",
    "module.m.var.input -> local.x",
    "module.m.var.input -> module.m",
  ]);
});

test("a circle is reported once with its places, wherever it runs through, and the graph still stands", () => {
  const { graph, diagnostics } = loadModules({
    "main.hcl": `module "m" {
 source = "./m"
 input = server.s.host
}
server "s" {
 kind = "sql_server"
 host = module.m.out
 credential = credential.c
}
credential "c" { type = "entra_default" }
`,
    "m/main.hcl": 'variable "input" {}\noutput "out" { value = var.input }',
  });
  assert.equal(graph.nodes.length, 5);
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ["CONFIG_CYCLE"],
  );
  assert.match(
    diagnostics[0]?.detail ?? "",
    /^server\.s \(main\.hcl:5,1\) needs module\.m\.output\.out .* needs module\.m\.var\.input .* needs server\.s again/,
  );
});

test("two circles are two reports, and what only refers to one is not in it", () => {
  const text = "locals {\n a = local.b\n b = local.a\n c = local.c\n d = local.a\n}";
  assert.deepEqual(
    loadText({ "main.hcl": text }).diagnostics.map(({ code, subject }) => [
      code,
      subject?.start.line,
    ]),
    [
      ["CONFIG_CYCLE", 3],
      ["CONFIG_CYCLE", 4],
    ],
  );
});

test("a chain of ten thousand local values has a value", () => {
  const lines = Array.from({ length: 10_000 }, (_, at) => ` x${at} = local.x${at + 1} + 1`);
  const text = `locals {\n${lines.join("\n")}\n x10000 = 0\n}\noutput "o" { value = local.x0 }`;
  assert.equal(loadText({ "main.hcl": text }).configuration?.outputs[0]?.value, 10_000);
});

test("the scope of the root serves a console, with errors too", () => {
  const { scope } = loadText({ "main.hcl": "locals {\n a = 1\n b = nope\n}" });
  const range = {
    filename: "",
    start: { line: 1, column: 1, byte: 0 },
    end: { line: 1, column: 1, byte: 0 },
  };
  const step = { kind: "attribute", name: "a", range } as const;
  const found = scope.resolve?.({ root: "local", rootRange: range, steps: [step], range });
  assert.equal(found !== undefined && "value" in found ? found.value.kind : undefined, "number");
  assert.equal(scope.functions?.has("upper"), true);
});
