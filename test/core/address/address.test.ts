import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  addressOf,
  blockOfAddress,
  compareAddresses,
  partsOfAddress,
  tryParseAddress,
  tryParseModulePath,
} from "../../../core/address/address.ts";

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/);
const key = fc.option(fc.oneof(fc.nat(), fc.string({ unit: "grapheme" })), { nil: undefined });
const step = fc.record({ name, key });

test("an address gives back the parts that it was made of, whatever its keys hold", () => {
  const type = fc.constantFrom("server", "backup_set", "vault");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3 }), type, step, (path, kind, last) => {
      const module = path
        .map((each) => addressOf({ module: "", type: "server", ...each }))
        .map((address) => `module${address.slice("server".length)}`)
        .join(".");
      const parts = { module, type: kind, name: last.name, key: last.key };
      const address = addressOf(parts);
      assert.equal(tryParseAddress(address), address);
      assert.deepEqual({ key: undefined, ...partsOfAddress(address) }, parts);
      if (module !== "") assert.equal(tryParseModulePath(module), module);
    }),
  );
});

test("a key has one spelling, however it was escaped", () => {
  assert.equal(tryParseAddress('server.a["\\u0065u"]'), 'server.a["eu"]');
  assert.equal(tryParseAddress("server.a[007]"), "server.a[7]");
});

test("what is no address is not taken for one", () => {
  const wrong = [
    "",
    "server",
    "module.a",
    "a.b.c",
    "server.a[",
    "server.a[x]",
    "server.1",
    'server.a["x"',
    "module.m.server",
  ];
  for (const text of wrong) assert.equal(tryParseAddress(text), undefined, text);
});

test("the block of an object has no keys", () => {
  const address = tryParseAddress('module.region["eu"].module.storage.vault.main[2]');
  assert.equal(address && blockOfAddress(address), "module.region.module.storage.vault.main");
});

test("addresses are ordered by text and their indexes by size", () => {
  const sorted = ["server.a[2]", "server.b", "server.a", "server.a[10]", 'server.a["x"]'].sort(
    compareAddresses,
  );
  assert.deepEqual(sorted, [
    "server.a",
    "server.a[2]",
    "server.a[10]",
    'server.a["x"]',
    "server.b",
  ]);
});
