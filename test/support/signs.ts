import { createHash } from "node:crypto";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import { readVerifiedPacks } from "../../core/vault/care/verified-packs.ts";
import { listLeases } from "../../core/vault/collect/lease-list.ts";
import { listMarks } from "../../core/vault/collect/marks.ts";
import { isTombstone } from "../../core/vault/collect/signs.ts";
import { listRemovedPoints } from "../../core/vault/collect/visible-points.ts";
import { CONFIG_NAME, idOfName } from "../../core/vault/format/blob-names.ts";
import { createChunkHasher } from "../../core/vault/format/chunk-id.ts";
import { parseVaultConfig } from "../../core/vault/format/vault-config.ts";
import { loadKeyRing } from "../../core/vault/keys/open-key-ring.ts";
import { openVault } from "../../core/vault/vault.ts";
import type { VaultAccess } from "../../core/vault/vault-access.ts";
import { readPoint, TEST_KEY, vaultOptions } from "./vault.ts";

/** What stands in a vault beside data, as its blobs are read, and digests of what its points hold. */
export async function readSigns(store: BlobStore) {
  const access = await accessTo(store);
  const leases = await listLeases(access, {});
  const points = await Array.fromAsync(store.list("points/"));
  const tombstones: string[] = [];
  for (const info of points) if (await isTombstone(access, info, {})) tombstones.push(info.name);
  const { times } = await readVerifiedPacks(access, {});
  return {
    epoch: access.ring.epoch,
    leases: leases.map(({ holder, kind, point, marks, blobs }) => ({
      holder,
      kind,
      point: point ?? null,
      marks: [...marks].toSorted(),
      blobs: blobs.length,
    })),
    marks: (await listMarks(access, {})).marks,
    notes: await listRemovedPoints(access, {}),
    tombstones: tombstones.map(idOfName),
    verified: [...times.keys()].toSorted(),
    points: await digestsOf(store),
  };
}

async function digestsOf(store: BlobStore): Promise<Readonly<Record<string, string>>> {
  const vault = await openVault(store, TEST_KEY, vaultOptions("signs"));
  const digests: Record<string, string> = {};
  for (const { id } of (await vault.points()).points) {
    const hash = createHash("sha256");
    for (const [path, chunks] of Object.entries(await readPoint(vault, id)))
      hash.update(path).update(Buffer.concat(chunks));
    digests[id] = hash.digest("hex");
  }
  return digests;
}

/** The inside of a vault that opens with the key of tests. */
export async function accessTo(store: BlobStore): Promise<VaultAccess> {
  const config = parseVaultConfig(await store.get(CONFIG_NAME));
  const ring = await loadKeyRing(store, { config, source: TEST_KEY }, {});
  const { chunkId } = config;
  const hash = createChunkHasher(ring.idKey, { kind: chunkId, blake3: undefined });
  const { clock, randomBytes } = vaultOptions("signs");
  const more = { blake3: undefined, startLane: undefined };
  return { store, clock, ring, hash, randomBytes, chunkId, ...more };
}
