import { fileURLToPath } from "node:url";
import { createVault } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { GOLDEN_CHANGES, goldenChanges } from "./golden-vault.ts";
import { NATIVE_BLAKE3 } from "./native-blake3.ts";
import { stream, TEST_KEY, vaultOptions } from "./vault.ts";

// Run once: node test/support/make-golden-changes.ts
// A sample of a released format is never made again; a vault that exists is refused.
const store = createFolderStore(fileURLToPath(GOLDEN_CHANGES));
const blake3 = NATIVE_BLAKE3;
if (blake3 === undefined) throw new Error("the native BLAKE3 is missing");
const options = { ...vaultOptions("golden changes"), blake3 };
const vault = await createVault(store, TEST_KEY, options);
const bytes = (text: string) => stream([Buffer.from(text)]);
await using full = await vault.beginPoint();
const [before, after] = goldenChanges(full.id);
await full.addObject({ path: "schema", kind: "schema" }, bytes("{}"), () => ({ tables: 1 }));
await full.addObject({ path: "rows/dbo.Orders", kind: "rows" }, bytes("rows"), () => ({ rows: 1 }));
await full.commit(before);
await using changes = await vault.beginPoint();
await changes.addObject({ path: "schema", kind: "schema" }, bytes("{}"), () => ({ tables: 1 }));
await changes.addObject({ path: "changes/dbo.Orders", kind: "changes" }, bytes("changes"), () => ({
  schema: "dbo",
  table: "Orders",
  instance: "dbo_Orders",
  metadata: "gQ==",
  rows: 1,
}));
await changes.addObject({ path: "commits", kind: "commits" }, bytes("c".repeat(18)), () => ({
  commits: 1,
}));
await changes.commit(after);
