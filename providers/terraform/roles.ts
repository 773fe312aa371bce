import { DataAzurermKeyVault } from "@cdktf/provider-azurerm/lib/data-azurerm-key-vault/index.js";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment/index.js";
import { RoleDefinition } from "@cdktf/provider-azurerm/lib/role-definition/index.js";
import { type TerraformStack, TerraformVariable } from "cdktf";
import type { AzureNeeds, NeededServer } from "../../core/resource/azure-needs.ts";
import type { Containers } from "./accounts.ts";
import type { Principals } from "./principals.ts";
import { labelOf, literal } from "./terraform-text.ts";

/**
 * What a copy takes: to make a database on the same server, in its pool, and to remove it again; and what a plan asks Azure for.
 * See learn.microsoft.com/azure/azure-sql/database/database-copy, "Permissions"; the operations by name are in
 * learn.microsoft.com/azure/role-based-access-control/permissions/databases, "Microsoft.Sql".
 */
const COPY_ACTIONS = [
  "Microsoft.Sql/locations/*/read",
  "Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies/read",
  "Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies/read",
  "Microsoft.Sql/servers/databases/delete",
  "Microsoft.Sql/servers/databases/operations/read",
  "Microsoft.Sql/servers/databases/read",
  "Microsoft.Sql/servers/databases/write",
  "Microsoft.Sql/servers/elasticPools/databases/read",
  "Microsoft.Sql/servers/elasticPools/join/action",
  "Microsoft.Sql/servers/elasticPools/read",
  "Microsoft.Sql/servers/read",
];

/** To read and to set both policies of one database: neither the database itself nor its backups. As above. */
function retentionActions(databases: string): string[] {
  return [
    "Microsoft.Sql/locations/*/read",
    `${databases}/backupLongTermRetentionPolicies/read`,
    `${databases}/backupLongTermRetentionPolicies/write`,
    `${databases}/backupShortTermRetentionPolicies/read`,
    `${databases}/backupShortTermRetentionPolicies/write`,
    `${databases}/read`,
  ];
}

const RESOURCE_TYPES = {
  azure_sql: "Microsoft.Sql/servers",
  managed_instance: "Microsoft.Sql/managedInstances",
  azure_vm: "Microsoft.SqlVirtualMachine/sqlVirtualMachines",
} as const;

interface Made {
  readonly principals: Principals;
  readonly containers: Containers;
}

/** Assigns each role on the one thing that it is for: a container, a key, a server, a database. */
export function addRoles(
  stack: TerraformStack,
  { roles, keyVaults }: AzureNeeds,
  { principals, containers }: Made,
): void {
  const vaultIds = findKeyVaults(stack, keyVaults);
  const ownRoles = new Map<string, string>();
  for (const role of roles) {
    const principalId = principals.get(role.principal)?.principalId ?? "";
    const who = labelOf(role.principal);
    const assign = (on: string, scope: string, granted: GrantedRole): void => {
      new RoleAssignment(stack, `${who}_${on}`, { principalId, scope, ...granted });
    };
    switch (role.kind) {
      case "read_write_blobs": {
        const scope = containers.get(`${role.account}/${role.container}`) ?? "";
        const granted = { roleDefinitionName: "Storage Blob Data Contributor" };
        assign(`${role.account}_${labelOf(`container.${role.container}`)}`, scope, granted);
        break;
      }
      case "wrap_keys": {
        const scope = `${vaultIds.get(role.keyVault)}/keys/${literal(role.key)}`;
        const granted = { roleDefinitionName: "Key Vault Crypto Service Encryption User" };
        assign(labelOf(`key.${role.keyVault}/${role.key}`), scope, granted);
        break;
      }
      case "read_server":
        assign(labelOf(role.server.address), idOf(role.server), { roleDefinitionName: "Reader" });
        break;
      case "copy_databases": {
        const roleDefinitionId = ownRole(stack, copying(role.server), ownRoles);
        assign(labelOf(role.server.address), idOf(role.server), { roleDefinitionId });
        break;
      }
      case "set_retention": {
        const { server, database } = role;
        const roleDefinitionId = ownRole(stack, keeping(server), ownRoles);
        const on = labelOf(`database.${server.address}/${database}`);
        assign(on, `${idOf(server)}/databases/${literal(database)}`, { roleDefinitionId });
        break;
      }
      default:
        role satisfies never;
    }
  }
}

type GrantedRole = { readonly roleDefinitionName: string } | { readonly roleDefinitionId: string };

function findKeyVaults(
  stack: TerraformStack,
  keyVaults: readonly string[],
): ReadonlyMap<string, string> {
  if (keyVaults.length === 0) return new Map();
  const { stringValue: resourceGroupName } = new TerraformVariable(
    stack,
    "key_vault_resource_group_name",
    { type: "string", description: "The resource group of the key vaults, which exist already." },
  );
  return new Map(
    keyVaults.map((name) => {
      const id = labelOf(`key_vault.${name}`);
      const found = new DataAzurermKeyVault(stack, id, { name: literal(name), resourceGroupName });
      return [name, found.id];
    }),
  );
}

/** A role of our own for one server, which nobody can be assigned elsewhere. */
interface OwnRole {
  readonly id: string;
  readonly server: NeededServer;
  readonly name: string;
  readonly description: string;
  readonly actions: string[];
}

function copying(server: NeededServer): OwnRole {
  return {
    id: `copy_${labelOf(server.address)}`,
    server,
    name: `Holdfast copies of ${server.name}`,
    description: `Makes and removes copies of databases of ${server.name} for backups.`,
    actions: COPY_ACTIONS,
  };
}

function keeping(server: NeededServer): OwnRole {
  return {
    id: `retention_${labelOf(server.address)}`,
    server,
    name: `Holdfast retention of ${server.name}`,
    description: `Sets how long Azure keeps its own backups of databases of ${server.name}.`,
    actions: retentionActions(`${RESOURCE_TYPES[server.kind]}/databases`),
  };
}

function ownRole(stack: TerraformStack, role: OwnRole, made: Map<string, string>): string {
  const known = made.get(role.id);
  if (known !== undefined) return known;
  const scope = idOf(role.server);
  const { roleDefinitionResourceId } = new RoleDefinition(stack, role.id, {
    name: literal(role.name),
    description: literal(role.description),
    scope,
    assignableScopes: [scope],
    permissions: [{ actions: role.actions, notActions: [] }],
  });
  made.set(role.id, roleDefinitionResourceId);
  return roleDefinitionResourceId;
}

function idOf({ kind, subscriptionId, resourceGroup, name }: NeededServer): string {
  const place = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  return literal(`${place}/providers/${RESOURCE_TYPES[kind]}/${name}`);
}
