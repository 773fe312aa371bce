import { failure } from "../diagnostics/diagnostic.ts";
import type { BlobStore } from "../storage/blob-store.ts";
import type { KeyRotation, VaultKey } from "../vault/vault.ts";
import { isVaultAddress } from "./care-vaults.ts";
import { openStore } from "./open-store.ts";
import { named, readVaultKey } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { readSecret } from "./secrets.ts";
import { openStreamStore, readStreamKey } from "./vault-streams.ts";

export interface RotateCommand {
  /** A vault's address, or its folder; the only vault of the catalog where absent. */
  readonly place: string | undefined;
  /** Where the new key is: one of the two. */
  readonly newKey: { readonly environment: string | null; readonly file: string | null };
}

export interface RotatedVault {
  readonly name: string;
  readonly rotation: KeyRotation;
  /** Where the vault's key is looked for from now on, in words. */
  readonly keyPlace: string;
}

interface VaultToRotate {
  readonly name: string;
  readonly store: BlobStore;
  readonly from: VaultKey;
  readonly keyPlace: string;
}

/** Gives a vault another key. Called again after a stop, with the same two keys, it goes on. Rejects as `rotateVaultKey`. */
export async function rotateKey(
  { place, newKey }: RotateCommand,
  ports: Ports,
): Promise<RotatedVault> {
  const { parseVaultKey, rotateVaultKey } = await import("../vault/vault.ts");
  const to = parseVaultKey(
    await readSecret({ ...newKey, purpose: "the new key of the vault" }, ports),
  );
  const { name, store, from, keyPlace } = await findVault(place, ports);
  await using _store = store;
  const { signal } = ports;
  const randomBytes = (length: number) => ports.randomBytes(length);
  const rotation = await named(name, () =>
    rotateVaultKey(store, { from, to, randomBytes, signal }),
  );
  return { name, rotation, keyPlace };
}

async function findVault(place: string | undefined, ports: Ports): Promise<VaultToRotate> {
  if (place !== undefined && !isVaultAddress(place)) {
    const { parseVaultKey } = await import("../vault/vault.ts");
    const from = parseVaultKey(await readStreamKey(ports));
    const store = await openStreamStore(place, ports);
    return { name: place, store, from, keyPlace: "the environment variable HOLDFAST_VAULT_KEY" };
  }
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const address = place === undefined ? onlyVault(resources) : resources.find(place, "vault");
  const attributes = resources.get(address, "vault");
  const { key_env: variable, key_file: file } = attributes.encryption;
  const from = await readVaultKey(attributes, address, ports);
  const store = await openStore({ address, attributes, resources }, ports);
  const keyPlace = variable === null ? `the file ${file}` : `the environment variable ${variable}`;
  return { name: address, store, from, keyPlace };
}

function onlyVault(resources: ResourceLookup): string {
  const [only, ...others] = resources.all("vault");
  if (only !== undefined && others.length === 0) return only;
  throw failure({
    code: "CLI_USAGE",
    summary: "Wrong command line",
    detail:
      only === undefined
        ? "The catalog has no vault. Write one and apply, or give the folder of a vault."
        : `The catalog has several vaults, and one key is changed at a time. Name one of: ${[only, ...others].join(", ")}.`,
  });
}
