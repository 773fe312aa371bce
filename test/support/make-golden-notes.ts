import { fileURLToPath } from "node:url";
import { createVault } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { GOLDEN_NOTED, GOLDEN_NOTES } from "./golden-vault.ts";
import { NATIVE_BLAKE3 } from "./native-blake3.ts";
import { stream, TEST_KEY, vaultOptions } from "./vault.ts";

// Run once: node test/support/make-golden-notes.ts
// A sample of a released format is never made again; a vault that exists is refused.
const store = createFolderStore(fileURLToPath(GOLDEN_NOTES));
const blake3 = NATIVE_BLAKE3;
if (blake3 === undefined) throw new Error("the native BLAKE3 is missing");
const vault = await createVault(store, TEST_KEY, { ...vaultOptions("golden notes"), blake3 });
await using point = await vault.beginPoint();
await point.addObject({ path: "schema", kind: "schema" }, stream([Buffer.from("{}")]), () => ({
  tables: 1,
}));
await point.commit(GOLDEN_NOTED);
