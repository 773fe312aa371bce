import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import { failure, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { tryParseByteSize } from "../kit/byte-size.ts";
import { parseByteCount } from "../kit/bytes.ts";
import type { StorageSignIn } from "../storage/blob-container.ts";
import type { BlobStore } from "../storage/blob-store.ts";
import { cached } from "../storage/cached.ts";
import { limited } from "../storage/limited.ts";
import { tryReadEntraSignIn } from "./entra-sign-in.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { readSecret } from "./secrets.ts";
import { requireTrustedBlobHost } from "./trusted-blob-host.ts";

type VaultAttributes = ResourceAttributes<"vault">;

/** A vault of the configuration or the catalog, and where its credential is looked up. */
export interface StoredVault {
  readonly address: string;
  readonly attributes: Pick<VaultAttributes, "storage" | "tiers" | "immutability">;
  readonly resources: ResourceLookup;
}

/** Packs are the blobs that are large and read by restores; see docs/format/vault.md. */
const PACKS = "packs/";

/** Without one of those a point cannot be restored. Indexes can be made anew from packs; the rest is short-lived. */
const LASTING = ["config", "keys/", PACKS, "points/"];

/**
 * Opens the place where a vault lies, with its cache if it has one. Sends nothing yet. Only now is a secret read:
 * SECRET_MISSING, CREDENTIAL_UNSUPPORTED, STORE_HOST_NOT_TRUSTED.
 */
export async function openStore(vault: StoredVault, ports: ReadingPorts): Promise<BlobStore> {
  const store = limitedBy(ports, await openPlace(vault, ports));
  const { hot } = vault.attributes.tiers;
  if (hot === null) return store;
  const near = await ports.openFolderStore(ports.files.resolve(hot.path));
  return cached(store, near, {
    limit: tryParseByteSize(hot.size) ?? parseByteCount(0),
    prefix: PACKS,
    onTrouble: ({ detail }) => tellUnusable(vault.address, detail, ports),
  });
}

/** The copies near by cost no bandwidth. */
function limitedBy({ bandwidth, clock, sleep }: ReadingPorts, store: BlobStore): BlobStore {
  if (bandwidth === undefined) return store;
  return limited(store, { bytesPerSecond: bandwidth, clock, sleep });
}

/** Where a vault lies, in words: `folder ./vault`. */
export function placeOf({ storage }: Pick<VaultAttributes, "storage">): string {
  return storage.type === "local"
    ? `folder ${storage.path}`
    : `container ${storage.container} of ${storage.account_url}`;
}

async function openPlace(vault: StoredVault, ports: ReadingPorts): Promise<BlobStore> {
  const { storage, immutability } = vault.attributes;
  if (storage.type === "local") return ports.openFolderStore(ports.files.resolve(storage.path));
  const signIn = await readSignIn(storage.credential, vault, ports);
  const { account_url: accountUrl, container } = storage;
  const place = { accountUrl, container, signIn };
  requireTrustedBlobHost(place, ports, vault.address);
  if (!immutability) return ports.openBlobContainer(place);
  const immutable = { days: immutability.days, prefixes: LASTING };
  return ports.openBlobContainer({ ...place, immutable });
}

async function readSignIn(
  credential: string,
  { address, resources }: StoredVault,
  ports: ReadingPorts,
): Promise<StorageSignIn> {
  const { type, username, password_env, password_file } = resources.get(credential, "credential");
  const read = (what: string) => {
    const purpose = `${what} of ${credential}`;
    return readSecret({ environment: password_env, file: password_file, purpose }, ports);
  };
  if (type === "sas") return { kind: "sas", token: await read("the shared access signature") };
  if (type === "account_key" && username !== null) {
    return { kind: "account_key", account: username, key: await read("the account key") };
  }
  const identity = await tryReadEntraSignIn(credential, resources, ports);
  if (identity !== undefined) return { kind: "entra", identity };
  throw failure({
    code: "CREDENTIAL_UNSUPPORTED",
    summary: "Way to sign in not supported",
    detail: `${credential} is of type ${type}, which opens no storage account as it is. Use sas with a shared access signature, account_key with the account's key and its name as username, or an identity of Entra: entra_default, managed_identity, or entra_service_principal and workload_identity with tenant_id and client_id.`,
    address: address as never,
  });
}

function tellUnusable(address: string, detail: string, ports: ReadingPorts): void {
  const diagnostic = warningDiagnostic({
    code: "STORE_CACHE_UNUSABLE",
    summary: "Cache not usable",
    detail: `The hot tier of ${address} cannot be used, so packs are read and written where the vault is. ${detail}`,
    address: address as never,
  });
  ports.host.emit({ type: "diagnostic", diagnostic });
}
