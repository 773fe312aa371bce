import { test } from "node:test";
import { breakEveryCall } from "../../../support/break-every-call.ts";
import { openMemory } from "../../../support/breakable-stores.ts";
import { KEY_WORKS } from "../../../support/key-operations.ts";

// Every call, in every way, and on real stores: node --test test/core/vault/keys/every-call.slow.ts
for (const [turn, work] of KEY_WORKS.entries()) {
  test(`${work.title} that breaks at some call of the store loses nothing and succeeds when it is done again`, async () => {
    await breakEveryCall(work, openMemory, { ways: 1, every: 13, first: 1 + 2 * turn });
  });
}
