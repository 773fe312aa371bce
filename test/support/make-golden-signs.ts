import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { faulty } from "../../core/storage/faulty.ts";
import { createMemoryStore } from "../../core/storage/memory-store.ts";
import { openVault } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { fullVault } from "./full-vault.ts";
import { GOLDEN_SIGNS } from "./golden-vault.ts";
import { readSigns } from "./signs.ts";
import { HOUR, turnedClock } from "./turned-clock.ts";
import { blobsOf, TEST_KEY, vaultOptions } from "./vault.ts";

// Run once for each new format of a sign: node test/support/make-golden-signs.ts
// A sample of a released format is never made again; blobs that exist are refused.
const { blobs } = await fullVault();
const clock = turnedClock();
clock.turn(2 * HOUR);
const store = createMemoryStore(clock);
for (const [name, bytes] of blobs) await store.put(name, [bytes]);
// Whoever dies within its work leaves its lease.
const dying = faulty(store, ({ method }) => (method === "remove" ? "before" : "none"));
const vault = await openVault(dying, TEST_KEY, vaultOptions("golden signs"));
await vault.verify();
await vault.collect().catch(() => undefined);
await vault.beginPoint();
const golden = fileURLToPath(GOLDEN_SIGNS);
const folder = createFolderStore(join(golden, "vault"));
await mkdir(golden, { recursive: true });
for (const [name, bytes] of await blobsOf(store)) await folder.put(name, [bytes]);
const signs = JSON.stringify(await readSigns(store), undefined, 2);
await writeFile(join(golden, "signs.json"), `${signs}\n`, { flag: "wx" });
