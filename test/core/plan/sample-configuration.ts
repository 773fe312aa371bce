import type { Address } from "../../../core/address/address.ts";
import { formatAddress, nameOfAddress, typeOfAddress } from "../../../core/address/address.ts";
import type { Configuration, DesiredResource } from "../../../core/config/configuration.ts";
import { NO_LIFECYCLE } from "../../../core/config/lifecycle.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import type { DatabaseFacts, ServerFacts } from "../../../core/resource/database-server.ts";

const POSITION = { line: 1, column: 1, byte: 0 };

export function resource(
  address: Address,
  attributes: JsonObject,
  dependsOn: readonly Address[] = [],
): DesiredResource {
  const type = typeOfAddress(address);
  const name = nameOfAddress(address);
  const range = { filename: "main.hcl", start: POSITION, end: POSITION };
  return {
    address,
    type,
    name,
    lifecycle: NO_LIFECYCLE,
    attributes,
    sensitive: [],
    dependsOn,
    range,
  };
}

/** The example of the product's contract, resolved, with changes by address. */
export function sampleResources(
  changes: Readonly<Record<string, JsonObject>> = {},
): readonly DesiredResource[] {
  const credential = formatAddress("credential", "ci");
  const server = formatAddress("server", "orders");
  const retention = formatAddress("retention", "standard");
  const policy = formatAddress("policy", "gold");
  const vault = formatAddress("vault", "main");
  const all = [
    resource(
      formatAddress("backup_set", "orders"),
      {
        server,
        policy,
        vault,
        databases: { include: ["*"], exclude: [], system: false },
      },
      [policy, server, vault],
    ),
    resource(formatAddress("credential", "ci"), {
      type: "sql_password",
      username: "backup",
      password_env: "ORDERS_PASSWORD",
      password_file: null,
      key_vault_secret: null,
      tenant_id: null,
      client_id: null,
    }),
    resource(
      formatAddress("policy", "gold"),
      {
        method: "snapshot",
        retention,
        timezone: "America/Los_Angeles",
        bandwidth_limit: null,
        full: { schedule: "0 12 * * WED" },
        differential: null,
        log: null,
        cdc: null,
        window: null,
      },
      [retention],
    ),
    resource(formatAddress("retention", "standard"), {
      daily: 10,
      weekly: 0,
      monthly: 0,
      yearly: 0,
      timezone: "America/Los_Angeles",
      week_starts: "monday",
      representative: "latest",
      legal_hold: false,
    }),
    resource(
      formatAddress("server", "orders"),
      {
        kind: "sql_server",
        host: "orders.contoso.example",
        port: 1433,
        credential,
        bridge: null,
        when_agent_down: "queue",
        tls: { ca_file: null, server_name: null, trust_server_certificate: false },
        azure: null,
        agent: null,
      },
      [credential],
    ),
    resource(formatAddress("vault", "main"), {
      storage: { type: "local", path: "./vault" },
      encryption: { key_env: "HOLDFAST_VAULT_KEY", key_file: null, key_vault_key: null },
      tiers: { warm_days: 90, cold: "none", hot: null },
      immutability: null,
    }),
  ];
  return all.map((each) => ({
    ...each,
    attributes: { ...each.attributes, ...changes[each.address] },
  }));
}

export function configurationOf(resources: readonly DesiredResource[]): Configuration {
  return {
    settings: {
      required_version: null,
      features: [],
      purge_grace: "7d",
      catalog: { type: "local", path: ".holdfast/catalog.db" },
      prices: null,
      sync: { auto_apply: "none" },
      approvals: { purge: 0, keys: [] },
    },
    resources,
    variables: [],
    outputs: [],
    moves: [],
    removals: [],
    imports: [],
    checks: [],
  };
}

export const SERVER_FACTS: ServerFacts = {
  name: "ORDERS01",
  version: "16.0.4105.2",
  edition: "Standard Edition (64-bit)",
  collation: "Latin1_General_CI_AS",
  login: "backup",
  rights: ["VIEW ANY DATABASE", "CREATE ANY DATABASE"],
};

export function database(name: string, facts: Partial<DatabaseFacts> = {}): DatabaseFacts {
  return {
    name,
    databaseId: 5,
    state: "online",
    isSystem: false,
    recoveryModel: "full",
    snapshotIsolation: "on",
    isReadOnly: false,
    isEncrypted: false,
    collation: "Latin1_General_CI_AS",
    compatibilityLevel: 160,
    createdAt: "2017-02-01T00:00:00",
    familyGuid: null,
    recoveryForkGuid: null,
    rights: null,
    ...facts,
  };
}
