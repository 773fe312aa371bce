import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { writeStretches } from "../../../core/operations/write-stretches.ts";

async function* stretches(said: string[], count: number, failAt?: number) {
  for (let number = 0; number < count; number += 1) {
    said.push(`make ${number}`);
    await setImmediate();
    if (number === failAt) throw new Error("damaged");
    yield Uint8Array.of(number);
  }
}

function writing(said: string[], failAt?: number) {
  return async ([number]: Uint8Array): Promise<void> => {
    said.push(`write ${number}`);
    for (let turn = 0; turn < 4; turn += 1) await setImmediate();
    if (number === failAt) throw new Error("full");
    said.push(`wrote ${number}`);
  };
}

test("a stretch is written while the next one is made, in order", async () => {
  const said: string[] = [];
  await writeStretches({ stretches: stretches(said, 3), lent: 1 }, writing(said));
  const expected = "make 0,write 0,make 1,wrote 0,write 1,make 2,wrote 1,write 2,wrote 2";
  assert.equal(said.join(), expected);
});

test("as many stretches are written at a time as are lent", async () => {
  const said: string[] = [];
  await writeStretches({ stretches: stretches(said, 4), lent: 2 }, writing(said));
  const begun = said.filter((line) => line.startsWith("w")).join();
  assert.equal(begun, "write 0,write 1,wrote 0,write 2,wrote 1,write 3,wrote 2,wrote 3");
});

test("a write that fails ends it, and nothing is being written when a stretch is damaged", async () => {
  const full: string[] = [];
  await assert.rejects(
    writeStretches({ stretches: stretches(full, 9), lent: 1 }, writing(full, 1)),
    /full/,
  );
  assert.equal(full.at(-1), "make 2");
  const last: string[] = [];
  await assert.rejects(
    writeStretches({ stretches: stretches(last, 2), lent: 2 }, writing(last, 1)),
    /full/,
  );
  const damaged: string[] = [];
  await assert.rejects(
    writeStretches({ stretches: stretches(damaged, 3, 1), lent: 2 }, writing(damaged)),
    /damaged/,
  );
  assert.deepEqual(damaged.slice(-2), ["make 1", "wrote 0"]);
});
