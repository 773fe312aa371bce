import type { BlobStore } from "../../core/storage/blob-store.ts";
import {
  createVault,
  type KeyRotation,
  parseVaultKey,
  rotateVaultKey,
  type VaultKeySource,
} from "../../core/vault/vault.ts";
import { addPoint, memoryStore, type ObjectBytes, seededBytes, vaultOptions } from "./vault.ts";

export const NEW_KEY = parseVaultKey("0ff1ce".padEnd(64, "0"));

type Keys = readonly [from: VaultKeySource, to: VaultKeySource];

export function rotate(
  store: BlobStore,
  [from, to]: Keys,
  seed = "rotation",
): Promise<KeyRotation> {
  return rotateVaultKey(store, { from, to, randomBytes: seededBytes(seed) });
}

/** A vault under the key, with one point of these objects. */
export async function vaultUnder(source: VaultKeySource, objects: ObjectBytes) {
  const store = memoryStore();
  const { id } = await addPoint(await createVault(store, source, vaultOptions()), objects);
  return { store, points: new Map([[id, objects]]) };
}
