import assert from "node:assert/strict";
import { test } from "node:test";
import { ClaimTables, claimChunk } from "../../../../core/vault/pipeline/claim-tables.ts";
import { seededBytes } from "../../../support/vault.ts";

function ids(seed: string, count: number): Uint8Array[] {
  const all = seededBytes(seed)(count * 32);
  return Array.from({ length: count }, (_, at) => all.subarray(at * 32, at * 32 + 32));
}

test("each chunk is claimed once, also after larger tables have followed the first", () => {
  const claims = new ClaimTables();
  const many = ids("many", 100_000);
  assert.ok(many.every((id) => claims.claim(id)));
  assert.ok(claims.tables.length > 1);
  assert.ok(many.every((id) => !claims.claim(id)));
});

test("who holds the tables from before sees what was claimed in them", () => {
  const claims = new ClaimTables();
  const before = claims.tables;
  const [first, second] = ids("two", 2);
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(claimChunk(before, first), true);
  assert.equal(claims.claim(first), false);
  assert.equal(claims.claim(second), true);
  assert.equal(claimChunk(before, second), false);
});

test("ids that differ only behind the first word are different chunks", () => {
  const claims = new ClaimTables();
  for (let byte = 4; byte < 16; byte += 1) {
    const id = new Uint8Array(32);
    id[byte] = 1;
    assert.equal(claims.claim(id), true);
    assert.equal(claims.claim(id), false);
  }
});

test("a slot that a dead thread took and never filled holds nobody up", () => {
  const claims = new ClaimTables();
  const [table] = claims.tables;
  assert.ok(table);
  const id = new Uint8Array(32).fill(9);
  claims.claim(id);
  const slot = table.findIndex((word, at) => at >= 4 && word === 2);
  table.fill(0, slot + 1, slot + 5);
  table[slot] = 1;
  assert.equal(claims.claim(id), true);
  assert.equal(claims.claim(id), false);
});
