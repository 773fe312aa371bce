import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModules } from "../../support/load-modules.ts";
import { loadText } from "../../support/load-text.ts";

const facts = <T extends object>(list: readonly T[] | undefined, ...names: (keyof T)[]) =>
  list?.map((each) => names.map((name) => each[name]));

test("moved blocks name objects, blocks or modules, seen from the module that they stand in", () => {
  const { configuration, diagnostics } = loadModules({
    "main.hcl": `moved {
 from = server.a
 to = server.b["eu"]
}
moved {
 from = module.x
 to = module.y[0]
}
module "y" {
 source = "./y"
 count = 2
}
`,
    "y/main.hcl": "moved {\n from = vault.a\n to = vault.b\n}\n",
  });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(facts(configuration?.moves, "from", "to"), [
    ["server.a", 'server.b["eu"]'],
    ["module.x", "module.y[0]"],
    ["module.y[0].vault.a", "module.y[0].vault.b"],
    ["module.y[1].vault.a", "module.y[1].vault.b"],
  ]);
});

test("removed blocks say what becomes of the object", () => {
  const text = `removed {
 from = server.a
}
removed {
 from = module.old
 lifecycle {
  destroy = false
  purge = true
 }
}
`;
  const { configuration, diagnostics } = loadText({ "main.hcl": text });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(facts(configuration?.removals, "from", "destroy", "purge"), [
    ["server.a", true, false],
    ["module.old", false, true],
  ]);
});

test("import blocks give an address and an id, once for each element", () => {
  const text = `import {
 to = server.a
 id = "sql-\${1 + 1}"
}
import {
 for_each = { eu = "one", us = "two" }
 to = server.b[each.key]
 id = each.value
}
`;
  const { configuration, diagnostics } = loadText({ "main.hcl": text });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(facts(configuration?.imports, "to", "id"), [
    ["server.a", "sql-2"],
    ['server.b["eu"]', "one"],
    ['server.b["us"]', "two"],
  ]);
});

test("in JSON the addresses are strings", () => {
  const json = {
    moved: [{ from: "server.a", to: 'server.b["eu"]' }],
    removed: { from: "module.old" },
    import: { to: "vault.v", id: "x" },
  };
  const { configuration, diagnostics } = loadText({ "main.hcl.json": JSON.stringify(json) });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(facts(configuration?.moves, "from", "to"), [["server.a", 'server.b["eu"]']]);
  assert.deepEqual(facts(configuration?.removals, "from"), [["module.old"]]);
  assert.deepEqual(facts(configuration?.imports, "to"), [["vault.v"]]);
});

const FAULTS: readonly (readonly [string, RegExp])[] = [
  ["moved {\n from = server.a\n to = server.a\n}", /nothing would move/],
  ["moved {\n from = server.a\n to = vault.a\n}", /different types/],
  ["moved {\n from = server.a\n to = module.a\n}", /a block and the other a module/],
  ["moved {\n from = 5\n to = server.a\n}", /is the address of a block or a module/],
  ['removed {\n from = server.a["x"]\n}', /Leave the key out/],
  ["import {\n to = module.a\n id = 1\n}", /address of one object/],
  ['import {\n to = server.a\n id = ""\n}', /a string that is not empty/],
];

for (const [text, detail] of FAULTS) {
  test(`${text.replaceAll("\n", "")} is refused`, () => {
    const { diagnostics } = loadText({ "main.hcl": text });
    assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics));
    assert.match(diagnostics[0]?.detail ?? "", detail);
  });
}

test("an import in a module is refused", () => {
  const { diagnostics } = loadModules({
    "main.hcl": 'module "a" { source = "./a" }',
    "a/main.hcl": "import {\n to = server.a\n id = 1\n}",
  });
  assert.match(diagnostics[0]?.detail ?? "", /root module/);
});
