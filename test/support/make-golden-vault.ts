import { fileURLToPath } from "node:url";
import { createVault } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { GOLDEN_VAULT, goldenPoints } from "./golden-vault.ts";
import { addPoint, TEST_KEY, vaultOptions } from "./vault.ts";

// Run once for each new format: node test/support/make-golden-vault.ts
// A sample of a released format is never made again; a vault that exists is refused.
const store = createFolderStore(fileURLToPath(GOLDEN_VAULT));
const vault = await createVault(store, TEST_KEY, vaultOptions("golden vault"));
for (const { objects, createdAt } of goldenPoints()) await addPoint(vault, objects, createdAt);
