import type { BlobContainer, StorageSignIn } from "../storage/blob-container.ts";
import type { BlobAddress } from "./blob-address.ts";
import type { ReadingPorts } from "./ports.ts";

type Environment = Pick<ReadingPorts, "environment">;

/** What a connection string says, as far as blobs go. */
interface Connection {
  readonly account: string | undefined;
  readonly accountUrl: string | undefined;
  readonly signIn: StorageSignIn | undefined;
}

/**
 * The container of an address, and the way into it by the variables that Azure's own tools use, in their order:
 * AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN; else with the identity of Entra that
 * this machine has. One that is of another account is passed over.
 */
export function containerByEnvironment(address: BlobAddress, ports: Environment): BlobContainer {
  const { account, container } = address;
  const connection = connectionOf(read("AZURE_STORAGE_CONNECTION_STRING", ports));
  const isOwn = connection?.account === account;
  const told = isOwn ? connection : undefined;
  const accountUrl =
    address.accountUrl ?? told?.accountUrl ?? `https://${account}.blob.core.windows.net`;
  const identity = { kind: "entra", identity: { kind: "default" } } as const;
  const signIn = told?.signIn ?? signInBy(address, ports) ?? identity;
  return { accountUrl, container, signIn };
}

function signInBy({ account }: BlobAddress, ports: Environment): StorageSignIn | undefined {
  const named = read("AZURE_STORAGE_ACCOUNT", ports) ?? account;
  const key = read("AZURE_STORAGE_KEY", ports);
  if (key !== undefined && named === account) return { kind: "account_key", account, key };
  const token = read("AZURE_STORAGE_SAS_TOKEN", ports);
  return token === undefined ? undefined : { kind: "sas", token };
}

/** See learn.microsoft.com/azure/storage/common/storage-configure-connection-string. */
function connectionOf(text: string | undefined): Connection | undefined {
  if (text === undefined) return undefined;
  const settings = new Map(text.split(";").map(settingOf));
  const suffix = settings.get("endpointsuffix") ?? "core.windows.net";
  const name = settings.get("accountname");
  const told = settings.get("blobendpoint")?.replace(/\/+$/, "");
  const accountUrl = told ?? (name && `https://${name}.blob.${suffix}`);
  const account = name ?? accountOf(told);
  const key = settings.get("accountkey");
  const token = settings.get("sharedaccesssignature");
  const byKey = key && account ? ({ kind: "account_key", account, key } as const) : undefined;
  const bySignature = token ? ({ kind: "sas", token } as const) : undefined;
  return { account, accountUrl, signIn: byKey ?? bySignature };
}

/** The value of a key ends with `=`, too. */
function settingOf(setting: string): readonly [name: string, value: string] {
  const at = setting.indexOf("=");
  return [setting.slice(0, at).trim().toLowerCase(), setting.slice(at + 1).trim()];
}

function accountOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.split(".")[0];
}

function read(name: string, { environment }: Environment): string | undefined {
  const value = environment(name)?.trim();
  return value === "" ? undefined : value;
}
