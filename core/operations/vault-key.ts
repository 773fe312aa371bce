import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import type { EntraSignIn, KeyWrapper, VaultKeySource } from "../vault/vault.ts";
import type { Ports } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { readSecret } from "./secrets.ts";

/** A vault whose key is wanted, and where its credential is looked up. */
export interface KeyedVault {
  readonly address: string;
  readonly attributes: Pick<ResourceAttributes<"vault">, "encryption">;
  readonly resources: ResourceLookup;
}

/** What opens the vault. Asks Azure Key Vault nothing yet. SECRET_MISSING, KEY_MALFORMED, CREDENTIAL_UNSUPPORTED. */
export async function readVaultKey(vault: KeyedVault, ports: Ports): Promise<VaultKeySource> {
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
  ports: Ports,
): Promise<KeyWrapper> {
  // A catalog of before the argument was there does not know it.
  const credential: string | null | undefined = attributes.encryption.credential;
  const signIn: EntraSignIn =
    typeof credential === "string"
      ? await readEntraSignIn(credential, resources, ports)
      : { kind: "default" };
  return ports.openKeyVaultKey({ key, signIn });
}

async function readEntraSignIn(
  address: string,
  resources: ResourceLookup,
  ports: Ports,
): Promise<EntraSignIn> {
  const credential = resources.get(address, "credential");
  const { type, tenant_id: tenantId, client_id: clientId } = credential;
  if (type === "entra_default") return { kind: "default" };
  if (type === "managed_identity") return { kind: type, clientId: clientId ?? undefined };
  if (tenantId !== null && clientId !== null) {
    if (type === "workload_identity") return { kind: type, tenantId, clientId };
    if (type === "entra_service_principal") {
      const { password_env: environment, password_file: file } = credential;
      const purpose = `the client secret of ${address}`;
      const secret = await readSecret({ environment, file, purpose }, ports);
      return { kind: "client_secret", tenantId, clientId, secret };
    }
  }
  throw failure({
    code: "CREDENTIAL_UNSUPPORTED",
    summary: "Way to sign in not supported",
    detail: `${address} is of type ${type}, which no Azure Key Vault takes. Use entra_default, entra_service_principal (with tenant_id, client_id and a secret), managed_identity or workload_identity (with tenant_id and client_id).`,
    address: address as never,
  });
}
