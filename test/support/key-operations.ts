import assert from "node:assert/strict";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import {
  createVault,
  openVault,
  parseVaultKey,
  rotateVaultKey,
  type VaultKeySource,
} from "../../core/vault/vault.ts";
import type { BreakableWork, RunOptions } from "./break-every-call.ts";
import { RsaKeyWrapper } from "./rsa-key-wrapper.ts";
import { HOUR } from "./turned-clock.ts";
import type { TurnedStore } from "./turned-store.ts";
import {
  addPoint,
  type Blobs,
  blobsOf,
  memoryStore,
  type ObjectBytes,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "./vault.ts";
import { assertHolds } from "./vault-content.ts";

const OTHER_KEY = parseVaultKey("0ff1ce".padEnd(64, "0"));
const THIRD_KEY = parseVaultKey("ab1e".repeat(16));
const WRAPPER = new RsaKeyWrapper("https://contoso.vault.azure.net/keys/holdfast");
const OTHER_WRAPPER = new RsaKeyWrapper("https://contoso.vault.azure.net/keys/other");
const random = seededBytes("key operations");

type Keys = readonly [from: VaultKeySource, to: VaultKeySource];

interface Prepared {
  readonly blobs: Blobs;
  readonly points: Map<string, ObjectBytes>;
}

let openings = 0;
function open(store: BlobStore, key: VaultKeySource) {
  openings += 1;
  return openVault(store, key, vaultOptions(`keys ${openings}`));
}

function rotate(store: BlobStore, [from, to]: Keys, options: RunOptions) {
  const { signal, seed } = options;
  return rotateVaultKey(store, { from, to, signal, randomBytes: seededBytes(`rotate ${seed}`) });
}

/** A vault in its second epoch, with a pack of each, so that wraps of several epochs are at stake. */
async function prepare(key: VaultKeySource): Promise<Prepared> {
  const store = memoryStore();
  const points = new Map<string, ObjectBytes>();
  const first = await createVault(store, THIRD_KEY, vaultOptions());
  const signal = new AbortController().signal;
  for (const vault of [first, undefined]) {
    if (vault === undefined) await rotate(store, [THIRD_KEY, key], { signal, seed: "prepared" });
    const objects: ObjectBytes = { rows: [random(3000), random(400)] };
    points.set((await addPoint(vault ?? (await open(store, key)), objects)).id, objects);
  }
  return { blobs: await blobsOf(store), points };
}

/** A rotation that breaks anywhere leaves a vault that one of the two keys opens whole, and what was written under it stays. */
function rotation(title: string, keys: Keys): BreakableWork {
  let prepared: Promise<Prepared> | undefined;
  return {
    title: `a rotation ${title}`,
    least: 12,
    async begin() {
      prepared ??= prepare(keys[0]);
      const { blobs, points } = await prepared;
      const all = new Map(points);
      return {
        blobs,
        run: async (store, options) => void (await rotate(store, keys, options)),
        check: (store) => checkRotation(store, keys, all),
        finish: (store) => finishRotation(store, keys, all),
      };
    },
  };
}

async function checkRotation(store: BlobStore, keys: Keys, points: Map<string, ObjectBytes>) {
  const openings = await Promise.allSettled(keys.map((key) => open(store, key)));
  const opened = openings.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const [vault] = opened;
  assert.ok(vault !== undefined, "nobody can open the vault");
  for (const each of opened) await assertHolds(each, points);
  const written: ObjectBytes = { rows: [random(200)] };
  points.set((await addPoint(vault, written)).id, written);
}

async function finishRotation(store: BlobStore, keys: Keys, points: Map<string, ObjectBytes>) {
  const [from, to] = keys;
  await assertHolds(await open(store, to), points);
  if (from !== to) await assert.rejects(open(store, from));
}

/** A collection that writes packs of older data keys anew, and breaks anywhere. */
function reencryption(): BreakableWork {
  let prepared: Promise<Prepared> | undefined;
  return {
    title: "a change of the data keys of packs",
    least: 40,
    async begin() {
      prepared ??= prepare(OTHER_KEY);
      const { blobs, points } = await prepared;
      return {
        blobs,
        run: async (store, { signal }) => {
          await (await open(store, OTHER_KEY)).collect({ signal });
        },
        check: async (store) => assertHolds(await open(store, OTHER_KEY), points),
        finish: finishReencryption,
      };
    },
  };
}

async function finishReencryption(store: TurnedStore): Promise<void> {
  // The mark of a collector that died counts for others once its lease has run out.
  store.turn(2 * HOUR);
  const vault = await open(store, OTHER_KEY);
  await vault.collect();
  await vault.collect();
  assert.deepEqual((await vault.stats()).olderKeys, { packs: 0, bytes: 0, points: 1 });
  for (const [name, bytes] of await blobsOf(store)) {
    if (/^(?:packs|index)\//.test(name)) assert.equal(Buffer.from(bytes).readUInt32BE(8), 2, name);
  }
}

/** What is done with the keys of a vault, as work that can break at any call of its store. */
export const KEY_WORKS: readonly BreakableWork[] = [
  rotation("to another key", [TEST_KEY, OTHER_KEY]),
  rotation("to a key elsewhere", [TEST_KEY, WRAPPER]),
  rotation("from a key elsewhere", [WRAPPER, OTHER_KEY]),
  rotation("from one key elsewhere to another", [WRAPPER, OTHER_WRAPPER]),
  rotation("of what a key elsewhere wraps", [WRAPPER, WRAPPER]),
  reencryption(),
];
