import { failure } from "../diagnostics/diagnostic.ts";
import { tryParseBlobName } from "../storage/blob-store.ts";

/** A place in Azure Blob Storage, as a command line names it. */
export interface BlobAddress {
  readonly account: string;
  /** Of the account's Blob endpoint; undefined where only the account's name was written. */
  readonly accountUrl: string | undefined;
  readonly container: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
}

/** Leaves room for the names of a vault's blobs. */
const LONGEST_PREFIX = 100;

/** Whether the text is an address of the network and no folder. */
export function isNetworkAddress(place: string): boolean {
  return /^\w{2,}:\/\//.test(place);
}

/**
 * Reads `azblob://ACCOUNT/CONTAINER[/PREFIX]`, or the https address of the same. STORE_UNSUPPORTED for anything else; the
 * text is not repeated, because a signature may stand in it.
 */
export function parseBlobAddress(text: string): BlobAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || hasSecret(url)) throw unsupported(url !== undefined);
  const names = url.pathname.split("/").filter((name) => name !== "");
  const found = url.protocol === "azblob:" ? byName(url, names) : byUrl(url, names);
  if (found === undefined || !isUsable(found)) throw unsupported(false);
  return found;
}

function hasSecret({ search, hash, username, password }: URL): boolean {
  return [search, hash, username, password].some((part) => part !== "");
}

function byName(
  { host }: URL,
  [container = "", ...rest]: readonly string[],
): BlobAddress | undefined {
  return { account: host, accountUrl: undefined, container, prefix: prefixOf(rest) };
}

/** An emulator on this machine has the account in the path: `http://127.0.0.1:10000/devstoreaccount1/vault`. */
function byUrl(url: URL, names: readonly string[]): BlobAddress | undefined {
  const { protocol, origin, hostname } = url;
  if (/^(?:127\.0\.0\.1|localhost|\[::1\])$/.test(hostname)) {
    const [account = "", container = "", ...rest] = names;
    return { account, accountUrl: `${origin}/${account}`, container, prefix: prefixOf(rest) };
  }
  if (protocol !== "https:") return undefined;
  const [account = ""] = hostname.split(".");
  const [container = "", ...rest] = names;
  return { account, accountUrl: origin, container, prefix: prefixOf(rest) };
}

function prefixOf(names: readonly string[]): string {
  return names.map((name) => `${name}/`).join("");
}

/** See learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata. */
function isUsable({ account, container, prefix }: BlobAddress): boolean {
  const isContainer = /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(container);
  const isPrefix = prefix === "" || tryParseBlobName(prefix.slice(0, -1)) !== undefined;
  return (
    /^[a-z0-9]{3,24}$/.test(account) && isContainer && isPrefix && prefix.length <= LONGEST_PREFIX
  );
}

function unsupported(mayHoldSecret: boolean): Error {
  const secret = mayHoldSecret
    ? " It may hold no user, query or fragment: others see the arguments of a command, so a shared access signature belongs into the environment variable AZURE_STORAGE_SAS_TOKEN."
    : "";
  return failure({
    code: "STORE_UNSUPPORTED",
    summary: "Address of the vault not usable",
    detail: `The place of a vault is a folder or a container of Azure Blob Storage.${secret} Write one of:\n\n    azblob://ACCOUNT/CONTAINER\n    azblob://ACCOUNT/CONTAINER/PREFIX\n    https://ACCOUNT.blob.core.windows.net/CONTAINER\n\nA prefix has small letters, digits, dots, dashes and slashes, at most ${LONGEST_PREFIX} characters.`,
  });
}
