/** The parts of a key's identifier in Azure Key Vault. */
export interface KeyVaultKeyId {
  /** `https://contoso.vault.azure.net` */
  readonly vaultUrl: string;
  readonly key: string;
  readonly version: string | undefined;
  /** Whom a token must be for: `https://vault.azure.net`. */
  readonly resource: string;
}

/** Azure's clouds, learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates. */
const CLOUDS = [
  "vault.azure.net",
  "vault.azure.cn",
  "vault.usgovcloudapi.net",
  "managedhsm.azure.net",
  "managedhsm.azure.cn",
  "managedhsm.usgovcloudapi.net",
] as const;

const PATH = /^\/keys\/([0-9A-Za-z-]{1,127})(?:\/([0-9a-zA-Z]{1,64}))?\/?$/;

/**
 * Reads `https://NAME.vault.azure.net/keys/NAME[/VERSION]`; undefined for anything else. A token goes to that host, so only
 * hosts of Azure are taken, and for an emulator this machine over http.
 */
export function tryParseKeyVaultKeyId(text: string): KeyVaultKeyId | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, origin, pathname, search, hash, username, password, port } = new URL(
    text,
  );
  if (search + hash + username + password !== "") return undefined;
  const [, key, version] = PATH.exec(pathname) ?? [];
  const cloud = cloudOf(hostname);
  const isAzure = protocol === "https:" && port === "" && cloud !== undefined;
  const isLocal = protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  if (key === undefined || !(isAzure || isLocal)) return undefined;
  return { vaultUrl: origin, key, version, resource: `https://${cloud ?? CLOUDS[0]}` };
}

function cloudOf(hostname: string): string | undefined {
  const [name = "", ...rest] = hostname.split(".");
  const cloud = rest.join(".");
  return name === "" ? undefined : CLOUDS.find((each) => each === cloud);
}
