import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import { openStore, placeOf } from "../../../core/operations/open-store.ts";
import { ResourceLookup } from "../../../core/operations/resource-lookup.ts";
import type { BlobContainer } from "../../../core/storage/blob-container.ts";
import { parseBlobName } from "../../../core/storage/blob-store.ts";
import { faulty } from "../../../core/storage/faulty.ts";
import type { ResourceAttributes } from "../../../schemas/blocks/resources.ts";
import { createWorld } from "../../support/memory-ports.ts";
import { memoryStore } from "../../support/vault.ts";
import { withCode } from "../../support/with-code.ts";

const STORAGE = {
  type: "azure_blob",
  account_url: "https://contoso.blob.core.windows.net",
  container: "holdfast",
  credential: "credential.storage",
};
const TIERS = { warm_days: 90, cold: "none", hot: null };
const EMPTY = {
  username: null,
  password_env: null,
  password_file: null,
  key_vault_secret: null,
  tenant_id: null,
  client_id: null,
};

function lookupOf(credential: JsonObject): ResourceLookup {
  const address = formatAddress("credential", "storage");
  const attributes = { ...EMPTY, ...credential };
  return new ResourceLookup([{ address, type: "credential", attributes }]);
}

function vaultWith(credential: JsonObject, tiers: object = TIERS) {
  const attributes = { storage: STORAGE, tiers } as unknown as ResourceAttributes<"vault">;
  return { address: "vault.main", attributes, resources: lookupOf(credential) };
}

const SECRETS: Readonly<Record<string, string>> = { STORAGE: "s3cret" };

function portsThat(open: (place: BlobContainer) => void) {
  const { ports, events } = createWorld();
  const openBlobContainer = (place: BlobContainer) => {
    open(place);
    return Promise.resolve(memoryStore());
  };
  const environment = (name: string) => SECRETS[name];
  return { ports: { ...ports, openBlobContainer, environment }, events };
}

test("a container is opened with the secret that its credential names", async () => {
  const cases = [
    [
      { type: "sas", password_env: "STORAGE" },
      { kind: "sas", token: "s3cret" },
    ],
    [
      { type: "account_key", username: "contoso", password_env: "STORAGE" },
      { kind: "account_key", account: "contoso", key: "s3cret" },
    ],
    [{ type: "entra_default" }, { kind: "entra", identity: { kind: "default" } }],
    [
      {
        type: "entra_service_principal",
        tenant_id: "t",
        client_id: "c",
        password_env: "STORAGE",
      },
      {
        kind: "entra",
        identity: { kind: "client_secret", tenantId: "t", clientId: "c", secret: "s3cret" },
      },
    ],
  ] as const;
  for (const [credential, signIn] of cases) {
    const opened: BlobContainer[] = [];
    const { ports } = portsThat((place) => void opened.push(place));
    await openStore(vaultWith(credential), ports);
    const { account_url: accountUrl, container } = STORAGE;
    assert.deepEqual(opened, [{ accountUrl, container, signIn }]);
  }
});

test("a way to sign in that is not there is refused by its name, a missing secret by its place", async () => {
  const { ports } = portsThat(() => assert.fail("opened"));
  for (const type of ["sql_password", "workload_identity"]) {
    const refused = withCode("CREDENTIAL_UNSUPPORTED", type);
    await assert.rejects(openStore(vaultWith({ type }), ports), refused);
  }
  const missing = vaultWith({ type: "sas", password_env: "NOT_SET" });
  await assert.rejects(openStore(missing, ports), withCode("SECRET_MISSING", "NOT_SET"));
});

test("nothing that signs in goes to a host that only a configuration names", async () => {
  const opened: BlobContainer[] = [];
  const { ports } = portsThat((place) => void opened.push(place));
  const host = "blob.core.windows.net.example.org";
  const open = (credential: JsonObject, trusted: Readonly<Record<string, string>> = {}) => {
    const { attributes, ...vault } = vaultWith(credential);
    const storage = { ...STORAGE, account_url: `https://${host}` };
    const environment = (name: string) => trusted[name] ?? SECRETS[name];
    return openStore(
      { ...vault, attributes: { ...attributes, storage } as never },
      {
        ...ports,
        environment,
      },
    );
  };
  const token = { type: "entra_default" };
  const signature = { type: "sas", password_env: "STORAGE" };
  const key = { type: "account_key", username: "contoso", password_env: "STORAGE" };
  const refused = (variable: string) =>
    withCode("STORE_HOST_NOT_TRUSTED", `export ${variable}=${host}`);
  const byToken = { HOLDFAST_ENTRA_HOSTS: `a.example, ${host.toUpperCase()}` };
  const byAccount = { HOLDFAST_STORAGE_HOSTS: host };
  for (const trusted of [{}, { HOLDFAST_STORAGE_HOSTS: "example.org" }]) {
    await assert.rejects(open(token, trusted), refused("HOLDFAST_ENTRA_HOSTS"));
    await assert.rejects(open(signature, trusted), refused("HOLDFAST_STORAGE_HOSTS"));
    await assert.rejects(open(key, trusted), refused("HOLDFAST_STORAGE_HOSTS"));
  }
  await assert.rejects(open(token, byAccount), refused("HOLDFAST_ENTRA_HOSTS"));
  assert.equal(opened.length, 0);
  await open(token, byToken);
  await open(signature, byToken);
  await open(signature, byAccount);
  await open(key, byAccount);
  assert.deepEqual(
    opened.map(({ signIn }) => signIn.kind),
    ["entra", "sas", "sas", "account_key"],
  );
});

test("trouble with the hot tier is a warning of the vault, once, and fails nothing", async () => {
  const { ports, events } = portsThat(() => undefined);
  const openFolderStore = () => Promise.resolve(faulty(memoryStore(), () => "before"));
  const tiers = { ...TIERS, hot: { path: "./hot", size: "1GiB" } };
  const vault = vaultWith({ type: "sas", password_env: "STORAGE" }, tiers);
  const store = await openStore(vault, { ...ports, openFolderStore });
  const name = parseBlobName("packs/a");
  await store.put(name, [Buffer.from("abc")]);
  for (let at = 0; at < 3; at += 1) {
    assert.equal(Buffer.from(await store.get(name)).toString(), "abc");
  }
  const told = events.flatMap((event) => (event.type === "diagnostic" ? [event.diagnostic] : []));
  assert.deepEqual(
    told.map(({ code, severity, address }) => [code, severity, address]),
    [["STORE_CACHE_UNUSABLE", "warning", "vault.main"]],
  );
});

test("a place is told in words", () => {
  const local = { type: "local", path: "./vault" } as const;
  assert.equal(placeOf({ storage: local }), "folder ./vault");
  const words = "container holdfast of https://contoso.blob.core.windows.net";
  assert.equal(placeOf(vaultWith({}).attributes), words);
});
