import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { loadBlake3 } from "../../cmd/wiring/blake3.ts";
import { createVault } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { sourceOf } from "./byte-source.ts";
import { GOLDEN_VAULT_2, goldenPoints, goldenStream } from "./golden-vault.ts";
import { addPoint, pointFacts, TEST_KEY, vaultOptions } from "./vault.ts";

// Run once for each new format: node test/support/make-golden-vault.ts
// A sample of a released format is never made again; a vault that exists is refused.
const store = createFolderStore(fileURLToPath(GOLDEN_VAULT_2));
const blake3 = loadBlake3(createRequire(import.meta.url));
if (blake3 === undefined) throw new Error("the native BLAKE3 is missing");
const options = { ...vaultOptions("golden vault 2"), blake3 };
const vault = await createVault(store, TEST_KEY, options);
for (const { objects, createdAt } of goldenPoints()) await addPoint(vault, objects, createdAt);
await using writer = await vault.beginPoint();
const stream = { path: "stream", kind: "stream" } as const;
await writer.addStream(stream, sourceOf(goldenStream()), () => ({}));
await writer.commit(pointFacts(Date.UTC(2026, 0, 7, 12)));
