import type { TokenCredential } from "@azure/identity";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import { type KeyVaultKeyId, tryParseKeyVaultKeyId } from "../../../core/kit/key-vault-key-id.ts";
import type { Abortable } from "../../../core/storage/blob-store.ts";
import type { Repeat } from "../../../core/storage/retrying.ts";
import type { KeyVaultPlace, KeyWrapper, WrappedKey } from "../../../core/vault/vault.ts";
import { createEntraCredential } from "../identity/entra-credential.ts";
import { KeyVaultClient } from "./key-vault-client.ts";
import { type KeyVaultAttempt, unusable } from "./key-vault-failure.ts";

/** RSAES with OAEP, SHA-256 for hash and mask; what Microsoft recommends for RSA keys (learn.microsoft.com/azure/key-vault/keys/about-keys-details). */
const ALGORITHM = "RSA-OAEP-256";

/** Opens an RSA key of Azure Key Vault as a wrapper. Sends no request yet. CONFIG_INVALID_VALUE */
export async function openKeyVaultKey(
  { key, signIn }: KeyVaultPlace,
  options: {
    readonly repeat: Repeat;
    /** In place of what `signIn` says. */
    readonly credential?: TokenCredential | undefined;
  },
): Promise<KeyWrapper> {
  const id = tryParseKeyVaultKeyId(key);
  if (id === undefined) throw malformed(key);
  const credential = options.credential ?? (await createEntraCredential(signIn));
  return new KeyVaultKey(id, new KeyVaultClient(id, { credential, repeat: options.repeat }));
}

class KeyVaultKey implements KeyWrapper {
  readonly keyName: string;
  readonly #id: KeyVaultKeyId;
  readonly #client: KeyVaultClient;

  constructor(id: KeyVaultKeyId, client: KeyVaultClient) {
    this.keyName = `${id.vaultUrl}/keys/${id.key}`;
    this.#id = id;
    this.#client = client;
  }

  async wrap(secret: Uint8Array, options: Abortable = {}): Promise<WrappedKey> {
    const version = await this.#findVersion(options);
    const body = { alg: ALGORITHM, value: Buffer.from(secret).toString("base64url") };
    const call = { permission: "wrapKey", method: "POST", operation: "wrapkey" } as const;
    const answer = await this.#client.call({ ...call, version, body }, options);
    const keyId = `${this.keyName}/${version}`;
    return { keyId, algorithm: ALGORITHM, bytes: this.#valueOf(answer, "wrapKey") };
  }

  async unwrap({ keyId, algorithm, bytes }: WrappedKey, options: Abortable = {}) {
    const { key, vaultUrl, version } = tryParseKeyVaultKeyId(keyId) ?? {};
    const attempt = { key: this.#id, permission: "unwrapKey" } as const;
    if (`${vaultUrl}/keys/${key}` !== this.keyName || version === undefined)
      throw unusable(attempt, "is not the key that wrapped this", REMEDY);
    const body = { alg: algorithm, value: Buffer.from(bytes).toString("base64url") };
    const call = { permission: "unwrapKey", method: "POST", operation: "unwrapkey" } as const;
    const answer = await this.#client.call({ ...call, version, body }, options);
    return this.#valueOf(answer, "unwrapKey");
  }

  /** The version that was asked for, else the newest; it must be able to wrap and to unwrap. */
  async #findVersion(options: Abortable): Promise<string> {
    const { version: wanted } = this.#id;
    const call = { permission: "get", method: "GET", version: wanted } as const;
    const answer = await this.#client.call(call, options);
    const attempt = { key: this.#id, permission: "get" } as const;
    const key = objectOf(answer["key"]);
    const version = tryParseKeyVaultKeyId(String(key["kid"]))?.version;
    if (version === undefined || !String(key["kty"]).startsWith("RSA"))
      throw unusable(attempt, "is no RSA key", REMEDY);
    // The service itself wraps by a disabled key, which then unwraps nothing: Azure/azure-sdk-for-python#45342.
    if (objectOf(answer["attributes"])["enabled"] === false)
      throw unusable(attempt, "is disabled", REMEDY);
    const operations = key["key_ops"];
    const lacks = ["wrapKey", "unwrapKey"].filter(
      (each) => Array.isArray(operations) && !operations.includes(each),
    );
    if (lacks.length > 0)
      throw unusable(attempt, `was made without ${lacks.join(" and ")}`, REMEDY);
    return version;
  }

  #valueOf(
    answer: Readonly<Record<string, unknown>>,
    permission: KeyVaultAttempt["permission"],
  ): Uint8Array {
    const value = answer["value"];
    if (typeof value === "string" && value !== "") return Buffer.from(value, "base64url");
    throw unusable({ key: this.#id, permission }, "gave an answer without a value", REMEDY);
  }
}

const REMEDY = {
  remedy:
    "az keyvault key create --vault-name NAME --name KEY --kty RSA --size 3072 --ops wrapKey unwrapKey",
};

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function malformed(key: string) {
  return failure({
    code: "CONFIG_INVALID_VALUE",
    summary: "Identifier of a key not usable",
    detail: `${JSON.stringify(key)} is not the identifier of a key in Azure Key Vault. It has the form, with or without a version:\n\n    https://NAME.vault.azure.net/keys/KEY/VERSION`,
  });
}
