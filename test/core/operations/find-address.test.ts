import assert from "node:assert/strict";
import { test } from "node:test";
import { findAddress } from "../../../core/operations/find-address.ts";
import { withCode } from "../../support/with-code.ts";
import { address } from "../plan/planning.ts";

const KNOWN = [
  "backup_set.orders",
  'backup_set.shop["eu"]',
  'backup_set.shop["us"]',
  "backup_set.only[0]",
  "module.crm.backup_set.deep",
  "module.crm.backup_set.orders",
  "server.deep",
].map(address);

const MEANT = [
  ["backup_set.orders", "backup_set.orders"],
  ["module.crm.backup_set.orders", "module.crm.backup_set.orders"],
  ["deep", "module.crm.backup_set.deep"],
  ['shop["eu"]', 'backup_set.shop["eu"]'],
  ['backup_set.shop["us"]', 'backup_set.shop["us"]'],
  ["only", "backup_set.only[0]"],
  ["backup_set.only", "backup_set.only[0]"],
  ["backup_set.deep", undefined],
  ["server.deep", undefined],
  ['shop["asia"]', undefined],
  ["not a name", undefined],
] as const;

for (const [text, meant] of MEANT) {
  test(`${text} means ${meant ?? "nothing"}`, () => {
    assert.equal(findAddress(text, "backup_set", KNOWN), meant);
  });
}

test("a name that several objects have lists them", () => {
  assert.throws(
    () => findAddress("orders", "backup_set", KNOWN),
    withCode("RESOURCE_AMBIGUOUS", "    backup_set.orders\n    module.crm.backup_set.orders"),
  );
  assert.throws(() => findAddress("shop", "backup_set", KNOWN), withCode("RESOURCE_AMBIGUOUS"));
});
