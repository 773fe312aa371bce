import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fault, faulty } from "../../../../core/storage/faulty.ts";
import {
  ALL,
  assertReads,
  FIRST,
  flip,
  largestPack,
  namesOf,
  open,
  openWorld,
  random,
} from "../../../support/damaged-world.ts";
import { addPoint, blobsOf, type ObjectBytes, storeOf } from "../../../support/vault.ts";

// The quick tests break some of the calls: ../every-call.test.ts.
test("a repair that breaks at any call loses nothing that could be read, and goes on", async () => {
  const later: ObjectBytes = { rows: Array.from({ length: 150 }, () => random(500)) };
  const { store, first } = await openWorld(later);
  const [index] = await namesOf(store, "index/");
  assert.ok(index !== undefined);
  await flip(store, index, 50);
  await flip(store, await largestPack(store), 60);
  const blobs = await blobsOf(store);
  for (const fault of ["before", "after"] as const) {
    for (let at = 1, isBroken = true; isBroken; at += 1) {
      const copy = await storeOf(blobs);
      const broken = faulty(copy, ({ number }): Fault => {
        if (number < at) return "none";
        return number === at ? fault : "before";
      });
      const work = open(broken).then((vault) => vault.repair(ALL));
      isBroken = await work.then(
        () => false,
        () => true,
      );
      await (await open(copy)).repair(ALL);
      await assertReads(copy, first, FIRST);
      const second = await addPoint(await open(copy), later, Date.UTC(2026, 1, 3));
      await assertReads(copy, second.id, later);
    }
  }
});
