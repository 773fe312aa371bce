import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../core/address/address.ts";
import { findAzureNeeds } from "../../../core/operations/azure-needs.ts";
import { writeTerraform } from "../../../providers/terraform/write-terraform.ts";

const SUBSCRIPTION = "3b241101-e2bb-4255-8caf-4136c566a003";

function credential(name: string, type: string, clientId: string | null = null) {
  const attributes = { type, client_id: clientId };
  return { address: formatAddress("credential", name), type: "credential", attributes };
}

function vault(name: string, facts: { credential: string; container: string; days?: number }) {
  const storage = {
    type: "azure_blob",
    account_url: "https://contosobackup.blob.core.windows.net/",
    container: facts.container,
    credential: `credential.${facts.credential}`,
  };
  const encryption = {
    key_vault_key: "https://contoso.vault.azure.net/keys/holdfast",
    credential: `credential.${facts.credential}`,
  };
  const immutability = facts.days === undefined ? null : { days: facts.days };
  const attributes = { storage, encryption, immutability };
  return { address: formatAddress("vault", name), type: "vault", attributes };
}

const SERVER = {
  address: formatAddress("server", "shop"),
  type: "server",
  attributes: {
    kind: "azure_sql",
    host: "shop-sql.database.windows.net",
    credential: "credential.worker",
    azure: { subscription_id: SUBSCRIPTION, resource_group: "databases", name: "shop-sql" },
  },
};
const SET = {
  address: formatAddress("backup_set", "shop"),
  type: "backup_set",
  attributes: { server: "server.shop", policy: "policy.copy" },
};
const POLICY = {
  address: formatAddress("policy", "copy"),
  type: "policy",
  attributes: { method: "isolated_copy" },
};
const WORKER = credential("worker", "managed_identity");
const RESOURCES = [
  WORKER,
  vault("main", { credential: "worker", container: "a", days: 14 }),
  SERVER,
  SET,
  POLICY,
];

type Block = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

function write(resources: Parameters<typeof findAzureNeeds>[0]) {
  const { needs, warnings } = findAzureNeeds(resources);
  const text = writeTerraform(needs, { backend: "local" });
  return {
    text,
    warnings,
    terraform: JSON.parse(text) as Readonly<Record<"resource" | "terraform" | "variable", Block>>,
  };
}

test("an identity gets the least rights on each thing that it opens, and on nothing else", () => {
  const { terraform, warnings } = write(RESOURCES);
  assert.deepEqual(warnings, []);
  const roles = Object.values(terraform.resource["azurerm_role_assignment"] ?? {});
  const server = `/subscriptions/${SUBSCRIPTION}/resourceGroups/databases/providers/Microsoft.Sql/servers/shop-sql`;
  assert.deepEqual(
    roles.map(({ role_definition_name: name, scope }) => [name ?? "copies", scope]),
    [
      [
        "Key Vault Crypto Service Encryption User",
        "${data.azurerm_key_vault.contoso.id}/keys/holdfast",
      ],
      ["copies", server],
      ["Storage Blob Data Contributor", "${azurerm_storage_container.contosobackup_a.id}"],
    ].toSorted(([, a = ""], [, b = ""]) => order(roles, a) - order(roles, b)),
  );
  const [copies] = Object.values(terraform.resource["azurerm_role_definition"] ?? {});
  assert.deepEqual(copies?.["assignable_scopes"], [server]);
  const who = "${azurerm_user_assigned_identity.worker.principal_id}";
  assert.ok(roles.every(({ principal_id: principal }) => principal === who));
});

function retentionOf(server: string, database: string) {
  const address = formatAddress("azure_retention", database.toLowerCase().replace(" ", "_"));
  return { address, type: "azure_retention", attributes: { server, database } };
}

test("who sets the retention of Azure may do that for the databases that blocks name, and read the server", () => {
  const instance = {
    address: formatAddress("server", "mi"),
    type: "server",
    attributes: {
      kind: "managed_instance",
      host: "contoso-mi.0a1b.database.windows.net",
      credential: "credential.password",
      azure: {
        subscription_id: SUBSCRIPTION,
        resource_group: "databases",
        name: null,
        credential: "credential.worker",
      },
    },
  };
  const password = credential("password", "sql_password");
  const blocks = [
    retentionOf("server.shop", "Shop"),
    retentionOf("server.shop", "Old Shop"),
    retentionOf("server.mi", "Billing"),
  ];
  const { terraform, warnings } = write([...RESOURCES, instance, password, ...blocks]);
  assert.deepEqual(warnings, []);
  const sql = `/subscriptions/${SUBSCRIPTION}/resourceGroups/databases/providers/Microsoft.Sql`;
  const [shop, mi] = [`${sql}/servers/shop-sql`, `${sql}/managedInstances/contoso-mi`];
  const roles = Object.values(terraform.resource["azurerm_role_assignment"] ?? {});
  const scopes = roles.flatMap(({ role_definition_id: id, role_definition_name: name, scope }) => {
    const role = String(id ?? name).replace(/^.*role_definition\.(\w+)\..*$/, "$1");
    return String(scope).startsWith(sql) ? [`${role} ${String(scope)}`] : [];
  });
  assert.deepEqual(scopes.toSorted(), [
    `Reader ${mi}`,
    `copy_shop ${shop}`,
    `retention_mi ${mi}/databases/Billing`,
    `retention_shop ${shop}/databases/Old Shop`,
    `retention_shop ${shop}/databases/Shop`,
  ]);
  const definitions = terraform.resource["azurerm_role_definition"] ?? {};
  const databases = "Microsoft.Sql/managedInstances/databases";
  assert.deepEqual(definitions["retention_mi"]?.["permissions"], [
    {
      actions: [
        "Microsoft.Sql/locations/*/read",
        ...["Long", "Short"].flatMap((term) =>
          ["read", "write"].map(
            (what) => `${databases}/backup${term}TermRetentionPolicies/${what}`,
          ),
        ),
        `${databases}/read`,
      ],
      not_actions: [],
    },
  ]);
  assert.ok(roles.every(({ principal_id: who }) => String(who).includes("worker.principal_id")));
});

function order(roles: readonly Readonly<Record<string, unknown>>[], scope: string): number {
  return roles.findIndex((role) => role["scope"] === scope);
}

test("equal configurations give equal bytes, whatever the order of their blocks", () => {
  assert.equal(write(RESOURCES.toReversed()).text, write(RESOURCES).text);
});

test("the backend is always named, and no path of this machine is in the file", () => {
  const { terraform, text } = write(RESOURCES);
  assert.deepEqual(terraform.terraform["backend"], { local: { path: "terraform.tfstate" } });
  assert.ok(!text.includes(process.cwd()), text);
  const { needs } = findAzureNeeds(RESOURCES);
  const remote = JSON.parse(writeTerraform(needs, { backend: "azurerm" })) as typeof terraform;
  assert.deepEqual(remote.terraform["backend"], { azurerm: { key: "holdfast.tfstate" } });
});

test("an account takes keys only where a credential signs with them, and versions only where blobs are locked", () => {
  const keyed = vault("other", { credential: "key", container: "b" });
  const open = [...RESOURCES.slice(0, 1), keyed, credential("key", "account_key")];
  const [account] = Object.values(write(open).terraform.resource["azurerm_storage_account"] ?? {});
  assert.equal(account?.["shared_access_key_enabled"], true);
  assert.equal(account["immutability_policy"], undefined);
  const [locked] = Object.values(
    write(RESOURCES).terraform.resource["azurerm_storage_account"] ?? {},
  );
  assert.equal(locked?.["shared_access_key_enabled"], false);
  assert.deepEqual(locked["immutability_policy"], {
    allow_protected_append_writes: false,
    period_since_creation_in_days: 14,
    state: "Disabled",
  });
});

test("who is there already is asked for by name", () => {
  const given = credential("ci", "entra_service_principal", "1f0e4ad2");
  const main = vault("main", { credential: "ci", container: "a" });
  const { terraform } = write([given, main]);
  assert.equal(
    terraform.variable["ci_principal_id"]?.["description"],
    "Object id of the principal with the client id 1f0e4ad2 (credential.ci).",
  );
  assert.equal(terraform.resource["azurerm_user_assigned_identity"], undefined);
});

test("a text of the configuration is no template of Terraform", () => {
  const azure = { ...SERVER.attributes.azure, name: '${file("x")}%{ if true }' };
  const odd = { ...SERVER, attributes: { ...SERVER.attributes, azure } };
  const { terraform } = write([WORKER, odd, SET, POLICY]);
  const [copies] = Object.values(terraform.resource["azurerm_role_definition"] ?? {});
  assert.equal(copies?.["name"], 'Holdfast copies of $${file("x")}%%{ if true }');
});

test("addresses that look alike get different names", () => {
  const keyed = (key: string) => ({
    ...WORKER,
    address: `credential.w["${key}"]` as typeof WORKER.address,
  });
  const all = [keyed("a.b"), keyed("a_b"), keyed("a-b")];
  const vaults = all.map(({ address }, at) => {
    const one = vault(`v${at}`, { credential: "x", container: `c${at}` });
    return {
      ...one,
      attributes: {
        ...one.attributes,
        storage: { ...one.attributes.storage, credential: address },
        encryption: { key_vault_key: null },
      },
    };
  });
  const { terraform } = write([...all, ...vaults]);
  assert.equal(Object.keys(terraform.resource["azurerm_user_assigned_identity"] ?? {}).length, 3);
});

test("what stands nowhere in Azure is left out with a word", () => {
  const homeless = { ...SERVER, attributes: { ...SERVER.attributes, azure: null } };
  const { warnings } = write([WORKER, homeless, SET, POLICY]);
  assert.deepEqual(
    warnings.map(({ code, address }) => [code, address]),
    [["SYNTH_LEFT_OUT", "server.shop"]],
  );
});
