import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { EntraSignIn } from "../kit/entra-sign-in.ts";
import type { KeyWrapper, VaultKeySource } from "../vault/vault.ts";
import { readEntraSignIn } from "./entra-sign-in.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { readSecret } from "./secrets.ts";

/** A vault whose key is wanted, and where its credential is looked up. */
export interface KeyedVault {
  readonly address: string;
  readonly attributes: Pick<ResourceAttributes<"vault">, "encryption">;
  readonly resources: ResourceLookup;
}

/** What opens the vault. Asks Azure Key Vault nothing yet. SECRET_MISSING, KEY_MALFORMED, CREDENTIAL_UNSUPPORTED. */
export async function readVaultKey(
  vault: KeyedVault,
  ports: ReadingPorts,
): Promise<VaultKeySource> {
  const { encryption } = vault.attributes;
  if (encryption.key_vault_key) return openKeyVaultKey(encryption.key_vault_key, vault, ports);
  const purpose = `the key of ${vault.address}`;
  const text = await readSecret(
    { environment: encryption.key_env, file: encryption.key_file, purpose },
    ports,
  );
  const { parseVaultKey } = await import("../vault/vault.ts");
  return parseVaultKey(text, purpose);
}

/** A key of Azure Key Vault, for the identity that the vault's encryption names. */
export async function openKeyVaultKey(
  key: string,
  { attributes, resources }: Omit<KeyedVault, "address">,
  ports: ReadingPorts,
): Promise<KeyWrapper> {
  // A catalog of before the argument was there does not know it.
  const credential: string | null | undefined = attributes.encryption.credential;
  const signIn: EntraSignIn =
    typeof credential === "string"
      ? await readEntraSignIn(credential, resources, ports)
      : { kind: "default" };
  return ports.openKeyVaultKey({ key, signIn });
}
