import { failure } from "../diagnostics/diagnostic.ts";
import type { BlobStore } from "../storage/blob-store.ts";
import type { KeyRotation, VaultKeySource } from "../vault/vault.ts";
import { isVaultAddress } from "./care-vaults.ts";
import { openStore } from "./open-store.ts";
import { named } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { readSecret } from "./secrets.ts";
import { openKeyVaultKey, readVaultKey } from "./vault-key.ts";
import { openStreamStore, readStreamKey } from "./vault-streams.ts";

const KEY_VARIABLE = "HOLDFAST_VAULT_KEY";

/** Where the new key is: one of the three. */
interface NewKeyPlace {
  readonly environment: string | null;
  readonly file: string | null;
  /** A key of Azure Key Vault, which wraps a key that is drawn. */
  readonly keyVaultKey: string | null;
}

export interface RotateCommand {
  /** A vault's address, or its folder; the only vault of the catalog where absent. */
  readonly place: string | undefined;
  readonly newKey: NewKeyPlace;
}

export interface RotatedVault {
  readonly name: string;
  readonly rotation: KeyRotation;
  /** Where the vault's key is looked for, in words: where the catalog or the command says. */
  readonly keyPlace: string;
  /** The line of the vault's encryption that fits the new key, where that has to be written; null where the new key goes to the old place. */
  readonly newLine: string | null;
}

interface VaultToRotate {
  readonly name: string;
  readonly store: BlobStore;
  readonly from: VaultKeySource;
  readonly to: VaultKeySource;
  readonly keyPlace: string;
  readonly newLine: string | null;
}

/** Gives a vault another key. Called again after a stop, with the same two keys, it goes on. Rejects as `rotateVaultKey`. */
export async function rotateKey(
  { place, newKey }: RotateCommand,
  ports: Ports,
): Promise<RotatedVault> {
  const { rotateVaultKey } = await import("../vault/vault.ts");
  const found =
    place !== undefined && !isVaultAddress(place)
      ? await findFolder(place, newKey, ports)
      : await findVault(place, newKey, ports);
  const { name, store, from, to, keyPlace, newLine } = found;
  await using _store = store;
  const { signal } = ports;
  const randomBytes = (length: number) => ports.randomBytes(length);
  const rotation = await named(name, () =>
    rotateVaultKey(store, { from, to, randomBytes, signal }),
  );
  return { name, rotation, keyPlace, newLine };
}

async function findFolder(
  place: string,
  newKey: NewKeyPlace,
  ports: Ports,
): Promise<VaultToRotate> {
  if (newKey.keyVaultKey !== null) {
    throw usage(
      `The commands for a vault by its place read its key from the environment variable ${KEY_VARIABLE} only, so they could not open it with a key of Azure Key Vault. Write the vault into a configuration, apply it, and name its address.`,
    );
  }
  const { parseVaultKey } = await import("../vault/vault.ts");
  const to = await readNewKey(newKey, ports);
  const from = parseVaultKey(await readStreamKey(ports));
  const store = await openStreamStore(place, ports);
  const keyPlace = `the environment variable ${KEY_VARIABLE}`;
  return { name: place, store, from, to, keyPlace, newLine: null };
}

async function findVault(
  place: string | undefined,
  newKey: NewKeyPlace,
  ports: Ports,
): Promise<VaultToRotate> {
  await using catalog = await openProjectReader(ports);
  const resources = new ResourceLookup(await catalog.objects());
  const address = place === undefined ? onlyVault(resources) : resources.find(place, "vault");
  const attributes = resources.get(address, "vault");
  const vault = { address, attributes, resources };
  const { keyVaultKey } = newKey;
  const to =
    keyVaultKey === null
      ? await readNewKey(newKey, ports)
      : await openKeyVaultKey(keyVaultKey, vault, ports);
  const from = await readVaultKey(vault, ports);
  const store = await openStore(vault, ports);
  const { key_env: variable, key_file: file, key_vault_key: now } = attributes.encryption;
  const keyPlace = now
    ? `the key ${now} of Azure Key Vault`
    : variable === null
      ? `the file ${file}`
      : `the environment variable ${variable}`;
  return { name: address, store, from, to, keyPlace, newLine: newLineOf(newKey, now) };
}

function newLineOf(newKey: NewKeyPlace, now: string | null | undefined): string | null {
  const { environment, file, keyVaultKey } = newKey;
  if (keyVaultKey !== null)
    return keyVaultKey === now ? null : `key_vault_key = ${JSON.stringify(keyVaultKey)}`;
  if (!now) return null;
  return environment === null
    ? `key_file = ${JSON.stringify(file)}`
    : `key_env = ${JSON.stringify(environment)}`;
}

async function readNewKey({ environment, file }: NewKeyPlace, ports: Ports) {
  const { parseVaultKey } = await import("../vault/vault.ts");
  const purpose = "the new key of the vault";
  return parseVaultKey(await readSecret({ environment, file, purpose }, ports), purpose);
}

function onlyVault(resources: ResourceLookup): string {
  const [only, ...others] = resources.all("vault");
  if (only !== undefined && others.length === 0) return only;
  throw usage(
    only === undefined
      ? "The catalog has no vault. Write one and apply, or give the folder of a vault."
      : `The catalog has several vaults, and one key is changed at a time. Name one of: ${[only, ...others].join(", ")}.`,
  );
}

function usage(detail: string) {
  return failure({ code: "CLI_USAGE", summary: "Wrong command line", detail });
}
