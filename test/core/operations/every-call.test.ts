import { test } from "node:test";
import { breakEveryCall } from "../../support/break-every-call.ts";
import { openMemory } from "../../support/breakable-stores.ts";
import { projectWorks } from "../../support/broken-projects.ts";

// Every call, in every way, and on real stores: node --test test/core/operations/every-call.slow.ts
for (const [turn, work] of projectWorks().entries()) {
  test(`${work.title} that breaks at some call of the vault, in some way, loses nothing and succeeds when it is done again`, async () => {
    await breakEveryCall(work, openMemory, { ways: 1, every: 23, first: 2 + 3 * turn });
  });
}
