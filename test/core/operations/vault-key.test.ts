import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import { rotateKey } from "../../../core/operations/rotate-key.ts";
import { readVaultKey } from "../../../core/operations/vault-key.ts";
import { type KeyVaultPlace, openVault } from "../../../core/vault/vault.ts";
import type { ResourceAttributes } from "../../../schemas/blocks/resources.ts";
import { createAppliedWorld } from "../../support/applied-world.ts";
import { createWorld } from "../../support/memory-ports.ts";
import { RsaKeyWrapper } from "../../support/rsa-key-wrapper.ts";
import { vaultOptions } from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const KEY = "https://contoso.vault.azure.net/keys/holdfast";
const NONE = {
  username: null,
  password_env: null,
  password_file: null,
  key_vault_secret: null,
  tenant_id: null,
  client_id: null,
};
const APP = { tenant_id: "tenant", client_id: "client" };

function vaultWith(credential: JsonObject | undefined) {
  const address = formatAddress("credential", "entra");
  const attributes = { ...NONE, ...credential };
  const encryption = {
    key_env: null,
    key_file: null,
    key_vault_key: KEY,
    ...(credential === undefined ? {} : { credential: address }),
  };
  return {
    address: "vault.main",
    attributes: { encryption } as unknown as ResourceAttributes<"vault">,
    resources: new ResourceLookup([{ address, type: "credential", attributes }]),
  };
}

async function placeOf(credential: JsonObject | undefined): Promise<KeyVaultPlace | undefined> {
  const { ports } = createWorld();
  const places: KeyVaultPlace[] = [];
  const openKeyVaultKey = async (place: KeyVaultPlace) => {
    places.push(place);
    return new RsaKeyWrapper(place.key);
  };
  const environment = (name: string) => (name === "SECRET" ? "s3cret" : undefined);
  await readVaultKey(vaultWith(credential), { ...ports, openKeyVaultKey, environment });
  return places[0];
}

test("a key of Azure Key Vault is asked by the identity that the credential names, else by that of the machine", async () => {
  const cases = [
    [undefined, { kind: "default" }],
    [{ type: "entra_default" }, { kind: "default" }],
    [{ type: "managed_identity" }, { kind: "managed_identity", clientId: undefined }],
    [
      { type: "managed_identity", client_id: "client" },
      { kind: "managed_identity", clientId: "client" },
    ],
    [
      { type: "workload_identity", ...APP },
      { kind: "workload_identity", tenantId: "tenant", clientId: "client" },
    ],
    [
      { type: "entra_service_principal", ...APP, password_env: "SECRET" },
      { kind: "client_secret", tenantId: "tenant", clientId: "client", secret: "s3cret" },
    ],
  ] as const;
  for (const [credential, signIn] of cases)
    assert.deepEqual(await placeOf(credential), { key: KEY, signIn });
  for (const type of ["sas", "account_key", "sql_password"])
    await assert.rejects(placeOf({ type, ...APP }), withCode("CREDENTIAL_UNSUPPORTED", type));
  const lost = { type: "entra_service_principal", ...APP, password_env: "NOT_SET" };
  await assert.rejects(placeOf(lost), withCode("SECRET_MISSING", "NOT_SET"));
});

test("a vault of the catalog goes to Azure Key Vault, and the command says what to write", async () => {
  const world = await createAppliedWorld();
  const wrapper = new RsaKeyWrapper(KEY);
  const ports = { ...world.ports, openKeyVaultKey: async () => wrapper };
  const newKey = { environment: null, file: null, keyVaultKey: KEY };
  const rotated = await rotateKey({ place: undefined, newKey }, ports);
  assert.deepEqual(
    [rotated.rotation.outcome, rotated.newLine],
    ["rotated", `key_vault_key = "${KEY}"`],
  );
  await openVault(world.store, wrapper, vaultOptions());
  const folder = { place: "./vault", newKey };
  await assert.rejects(rotateKey(folder, ports), withCode("CLI_USAGE", "HOLDFAST_VAULT_KEY"));
});
