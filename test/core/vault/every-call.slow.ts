import { testEveryCall } from "../../support/breakable-stores.ts";
import { VAULT_WORKS } from "../../support/vault-operations.ts";

// The whole: node --test test/core/vault/every-call.slow.ts
// One store: node --test --test-name-pattern="a folder" test/core/vault/every-call.slow.ts
testEveryCall(VAULT_WORKS);
