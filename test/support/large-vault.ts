import { keepYoungSpaceSmall } from "../../cmd/wiring/young-memory.ts";
import { createVault, openVault } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { randomChoices } from "./random-choices.ts";
import { pointFacts, TEST_KEY, vaultOptions } from "./vault.ts";

// Started by collect-memory.slow.ts: node large-vault.ts fill DIRECTORY CHUNKS, then collect DIRECTORY.
const [action, directory = "", count = "0"] = process.argv.slice(2);
// As every command does.
keepYoungSpaceSmall();
const store = createFolderStore(directory);
if (action === "fill") await fill(Number(count));
else await collect();

/** Two points: one with all chunks, and one that shares every third stretch of 3,000 with it. The first is removed. */
async function fill(chunks: number): Promise<void> {
  const vault = await createVault(store, TEST_KEY, vaultOptions("fill"));
  const ids: string[] = [];
  for (const isWanted of [() => true, (at: number) => Math.floor(at / 3000) % 3 === 0]) {
    await using writer = await vault.beginPoint();
    await writer.addObject({ path: "rows", kind: "rows" }, numbered(chunks, isWanted), () => ({}));
    ids.push((await writer.commit(pointFacts(1))).id);
  }
  await vault.removePoint(ids[0] ?? "");
}

async function* numbered(chunks: number, isWanted: (at: number) => boolean) {
  for (let at = 0; at < chunks; at += 1) {
    if (isWanted(at)) yield noise(at);
  }
}

/** 256 bytes that do not compress, the same for the same seed. */
function noise(seed: number): Uint8Array {
  const draw = randomChoices(seed);
  return new Uint8Array(Uint32Array.from({ length: 64 }, () => draw(2 ** 32)).buffer);
}

async function collect(): Promise<void> {
  await verify();
  const vault = await openVault(store, TEST_KEY, vaultOptions("collect"));
  const started = performance.now();
  const { removedPacks, rewrittenPacks, freedBytes } = await vault.collect();
  const milliseconds = Math.round(performance.now() - started);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const measured = { removedPacks, rewrittenPacks, freedBytes, milliseconds, peakBytes };
  process.stdout.write(JSON.stringify(measured));
}

/** As prune does before it removes anything, with an index that is out of memory afterwards. */
async function verify(): Promise<void> {
  await using vault = await openVault(store, TEST_KEY, vaultOptions("verify"));
  await vault.points();
  await vault.verify();
}
