import { testEveryCall } from "../../../support/breakable-stores.ts";
import { KEY_WORKS } from "../../../support/key-operations.ts";

// The whole: node --test test/core/vault/keys/every-call.slow.ts
// One store: node --test --test-name-pattern="a folder" test/core/vault/keys/every-call.slow.ts
testEveryCall(KEY_WORKS);
