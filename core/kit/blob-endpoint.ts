/**
 * The clouds of Azure, learn.microsoft.com/azure/storage/common/storage-private-endpoints#dns-changes-for-private-endpoints;
 * the last is that of accounts with a DNS zone of their own, `ACCOUNT.z01.blob.storage.azure.net`.
 */
const SUFFIXES = [
  ".blob.core.windows.net",
  ".blob.core.chinacloudapi.cn",
  ".blob.core.usgovcloudapi.net",
  ".blob.storage.azure.net",
] as const;

/** An emulator, which holds nobody's secrets. */
const LOCAL: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/**
 * The host of that URL where it is none of Azure Storage and not this machine: it may be a proxy or a domain of one's own for
 * the account, or a misspelling whose owner would be sent what signs in. Undefined for any other, and for what is no URL.
 */
export function foreignHostOf(accountUrl: string): string | undefined {
  if (!URL.canParse(accountUrl)) return undefined;
  const { hostname } = new URL(accountUrl);
  const host = hostname.replace(/\.$/, "");
  const isKnown = LOCAL.includes(host) || SUFFIXES.some((suffix) => host.endsWith(suffix));
  return isKnown ? undefined : hostname;
}
