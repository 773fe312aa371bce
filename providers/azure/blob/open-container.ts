import { randomBytes } from "node:crypto";
import type { TokenCredential } from "@azure/identity";
import {
  AnonymousCredential,
  ContainerClient,
  type StoragePipelineOptions,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import type { EntraSignIn } from "../../../core/kit/entra-sign-in.ts";
import type { BlobContainer, StorageSignIn } from "../../../core/storage/blob-container.ts";
import type { BlobStore } from "../../../core/storage/blob-store.ts";
import { createEntraCredential } from "../identity/entra-credential.ts";
import { type ContainerStoreOptions, createContainerStore } from "./container-store.ts";
import { signInFailed } from "./service-failure.ts";

/**
 * Opens a container of Azure Blob Storage as a store. Sends no request yet. STORE_UNSUPPORTED for a URL that no key may
 * be sent to; STORE_SIGN_IN_FAILED for a secret that cannot be one. Calls are tried once: wrap the store with `retrying`,
 * and give the same patience to the pages of listings.
 */
export function openBlobContainer(
  place: BlobContainer,
  patience: Pick<ContainerStoreOptions, "repeat"> = {},
): BlobStore {
  const url = endpointOf(place.accountUrl);
  const address = `${url}/${encodeURIComponent(place.container)}`;
  const { signIn } = place;
  const options = { retryOptions: { maxTries: 1 }, keepAliveOptions: { enable: true } };
  const client = clientOf(address, signIn, options);
  const nonce = () => randomBytes(16).toString("hex");
  const { container, immutable } = place;
  const facts = { accountUrl: url, container, nonce, immutable };
  return createContainerStore(client, { ...facts, ...patience });
}

function clientOf(
  address: string,
  signIn: StorageSignIn,
  options: StoragePipelineOptions,
): ContainerClient {
  if (signIn.kind === "sas") {
    const signed = `${address}?${tokenOf(signIn.token)}`;
    return new ContainerClient(signed, new AnonymousCredential(), options);
  }
  if (signIn.kind === "account_key")
    return new ContainerClient(address, keyOf(signIn.account, signIn.key), options);
  if (!address.startsWith("https:")) throw identityOverHttp();
  return new ContainerClient(address, identityOf(signIn.identity), options);
}

/** Loads the SDK of identities when the first token is wanted. */
function identityOf(signIn: EntraSignIn): TokenCredential {
  let loaded: Promise<TokenCredential> | undefined;
  return {
    getToken: async (scopes, options) => {
      try {
        loaded ??= createEntraCredential(signIn);
        return await (await loaded).getToken(scopes, options);
      } catch (error) {
        if (options?.abortSignal?.aborted === true) throw error;
        const name = error instanceof Error ? error.name : "no token";
        throw signInFailed(`Entra gave no token to this identity (${name})`, error);
      }
    },
  };
}

function identityOverHttp(): Error {
  return failure({
    code: "STORE_UNSUPPORTED",
    summary: "Identity not possible over http",
    detail:
      "Tokens of Entra are sent over https only. For an emulator on this machine use a credential of type account_key or sas, or, on the command line, AZURE_STORAGE_CONNECTION_STRING.",
  });
}

/** The URL without a slash at its end. */
function endpointOf(accountUrl: string): string {
  const url = URL.canParse(accountUrl) ? new URL(accountUrl) : undefined;
  if (url !== undefined && isPlain(url) && isSafe(url))
    return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  throw failure({
    code: "STORE_UNSUPPORTED",
    summary: "URL of the storage account not usable",
    detail:
      "account_url must be the address of the account's Blob endpoint and nothing else: https, without user, query or fragment (http only to this machine, for an emulator). A shared access signature belongs into a credential of type sas. Write it so:\n\n" +
      '    account_url = "https://ACCOUNT.blob.core.windows.net"',
  });
}

/** A query would be a secret in the configuration. */
function isPlain({ search, username, hash }: URL): boolean {
  return search === "" && username === "" && hash === "";
}

/** Over `http` the network would see the secret. */
function isSafe({ protocol, hostname }: URL): boolean {
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && isLocal);
}

function keyOf(account: string, key: string): StorageSharedKeyCredential {
  const isKey = /^[A-Za-z0-9+/]{16,}={0,2}$/.test(key.trim());
  if (!isKey) throw signInFailed("The account key is not text in base64, as Azure shows it");
  return new StorageSharedKeyCredential(account, key.trim());
}

function tokenOf(token: string): string {
  const text = token.trim().replace(/^\?/, "");
  if (new URLSearchParams(text).has("sig")) return text;
  throw signInFailed(
    "The shared access signature has no sig: it must be the query that Azure shows, sv=…&sig=…, without the URL before it",
  );
}
