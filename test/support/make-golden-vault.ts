import { fileURLToPath } from "node:url";
import { createVault } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { GOLDEN_GROUPS, goldenTables } from "./golden-vault.ts";
import { NATIVE_BLAKE3 } from "./native-blake3.ts";
import { pointFacts, stream, TEST_KEY, vaultOptions } from "./vault.ts";

// Run once for each new format: node test/support/make-golden-vault.ts
// A sample of a released format is never made again; a vault that exists is refused.
const store = createFolderStore(fileURLToPath(GOLDEN_GROUPS));
const blake3 = NATIVE_BLAKE3;
if (blake3 === undefined) throw new Error("the native BLAKE3 is missing");
const options = { ...vaultOptions("golden groups"), blake3 };
const vault = await createVault(store, TEST_KEY, options);
let similar: readonly string[] = [];
for (const [day, tables] of goldenTables().entries()) {
  await using writer = await vault.beginPoint({ similar });
  for (const [path, groups] of Object.entries(tables)) {
    await writer.addObject({ path, kind: "rows" }, stream(groups), () => ({}));
  }
  const point = await writer.commit(pointFacts(Date.UTC(2026, 0, 5 + day, 12)));
  similar = [point.id];
}
