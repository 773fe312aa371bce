import { test } from "node:test";
import { breakEveryCall } from "../../support/break-every-call.ts";
import { openMemory } from "../../support/breakable-stores.ts";
import { VAULT_WORKS } from "../../support/vault-operations.ts";

// Every call, in every way, and on real stores: node --test test/core/vault/every-call.slow.ts
for (const [turn, work] of VAULT_WORKS.entries()) {
  test(`${work.title} that breaks at some call of the store, in some way, loses nothing and succeeds when it is done again`, async () => {
    await breakEveryCall(work, openMemory, { ways: 1, every: 29, first: 1 + 3 * turn });
  });
}
