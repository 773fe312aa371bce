import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { doInTrouble, doUntilOutage, TROUBLES } from "../../../support/troubled-works.ts";
import { VAULT_WORKS } from "../../../support/vault-operations.ts";

/*
 * Everything that is done with a vault, on a service that answers 429, 500 and 503, breaks off bodies, loses answers or is
 * slow: at the first try of every request, and from some request on for good.
 *
 *     node --test test/providers/azure/blob/vault-in-trouble.slow.ts
 */

/** Each so many-th request is the first of an outage. */
const EVERY = 7;

describe("a service in trouble", () => {
  for (const work of VAULT_WORKS) {
    it(`is outlived by ${work.title}, whatever the trouble is`, async () => {
      for (const trouble of TROUBLES) await doInTrouble(work, trouble);
    });

    it(`that stays so costs nothing that was committed, whenever ${work.title} meets it`, async () => {
      let at = 1;
      for (let isReached = true; isReached; at += EVERY) {
        const trouble = TROUBLES[at % 3];
        assert.ok(trouble !== undefined);
        isReached = await doUntilOutage(work, { at, trouble });
      }
      assert.ok(at > EVERY * 2, `only ${at} requests`);
    });
  }
});
