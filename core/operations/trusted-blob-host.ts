import { failure } from "../diagnostics/diagnostic.ts";
import { quoteWord } from "../drift/subject.ts";
import { foreignHostOf } from "../kit/blob-endpoint.ts";
import type { StorageSignIn } from "../storage/blob-container.ts";
import type { ReadingPorts } from "./ports.ts";
import { isTrustedHost, isTrustedStorageHost } from "./trusted-hosts.ts";

/**
 * STORE_HOST_NOT_TRUSTED where what signs in would go to a host that is none of Azure Storage, not this machine, and not
 * named in the environment: who changes an address must not get it. Sends nothing.
 */
export function requireTrustedBlobHost(
  { accountUrl, signIn }: { readonly accountUrl: string; readonly signIn: StorageSignIn },
  ports: Pick<ReadingPorts, "environment">,
  address?: string,
): void {
  const host = foreignHostOf(accountUrl);
  if (host === undefined) return;
  const isToken = signIn.kind === "entra";
  if (isToken ? isTrustedHost(host, ports) : isTrustedStorageHost(host, ports)) return;
  const variable = isToken ? "HOLDFAST_ENTRA_HOSTS" : "HOLDFAST_STORAGE_HOSTS";
  throw failure({
    code: "STORE_HOST_NOT_TRUSTED",
    summary: "Host not trusted with what signs in",
    detail: `${host} is no Blob endpoint of Azure Storage, and ${WHAT[signIn.kind]}. Nothing was sent. Correct the address if it is misspelt. If it is a domain or a proxy of your own for the account, name it where Holdfast runs, never in the configuration:\n\n    export ${variable}=${quoteWord(host)}`,
    address: address as never,
  });
}

const WHAT = {
  entra:
    "an access token of Entra would let whoever is there into every storage account of the identity",
  sas: "the shared access signature would let whoever is there into the account for as long as it holds",
  account_key:
    "whoever is there could pass on requests that the account key signed, and answer what they like",
} as const;
