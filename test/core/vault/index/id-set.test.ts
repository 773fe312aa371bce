import assert from "node:assert/strict";
import { test } from "node:test";
import { IdSet } from "../../../../core/vault/index/id-set.ts";
import { seededBytes } from "../../../support/vault.ts";

test("an id is new once, wherever it stands, also one that begins with zeros", () => {
  const bytes = seededBytes("ids")(40_000);
  bytes.fill(0, 0, 8);
  const set = new IdSet();
  for (let at = 0; at < bytes.length; at += 20) assert.equal(set.add(bytes, at), true, `${at}`);
  for (let at = 0; at < bytes.length; at += 20) assert.equal(set.add(bytes, at), false, `${at}`);
  assert.equal(set.add(bytes.subarray(20, 40)), false);
  assert.equal(set.add(bytes.subarray(21, 41)), true);
});
