import { randomBytes } from "node:crypto";
import { openVault } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { addPoint, steppingClock, TEST_KEY } from "./vault.ts";

// Adds points to the vault in the folder that it is given until it is killed; prints the id of each that was committed.
const store = createFolderStore(process.argv[2] ?? "");
const vault = await openVault(store, TEST_KEY, { clock: steppingClock(), randomBytes });
const old = Array.from({ length: 20 }, (_, at) => Buffer.alloc(50_000, at + 1));
for (;;) {
  const fresh = Array.from({ length: 30 }, () => randomBytes(700_000));
  const { id } = await addPoint(vault, { old, fresh });
  process.stdout.write(`${id}\n`);
}
