import { DataAzurermKeyVault } from "@cdktf/provider-azurerm/lib/data-azurerm-key-vault/index.js";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment/index.js";
import { RoleDefinition } from "@cdktf/provider-azurerm/lib/role-definition/index.js";
import { type TerraformStack, TerraformVariable } from "cdktf";
import type { AzureNeeds, NeededRole, NeededServer } from "../../core/resource/azure-needs.ts";
import type { Containers } from "./accounts.ts";
import type { Principals } from "./principals.ts";
import { labelOf, literal } from "./terraform-text.ts";

/**
 * What a copy takes beside reading: to make a database on the same server, in its pool, and to remove it again. See
 * learn.microsoft.com/azure/azure-sql/database/database-copy, "Permissions".
 */
const COPY_ACTIONS = [
  "Microsoft.Sql/locations/*/read",
  "Microsoft.Sql/servers/databases/delete",
  "Microsoft.Sql/servers/databases/operations/read",
  "Microsoft.Sql/servers/databases/read",
  "Microsoft.Sql/servers/databases/write",
  "Microsoft.Sql/servers/elasticPools/databases/read",
  "Microsoft.Sql/servers/elasticPools/join/action",
  "Microsoft.Sql/servers/elasticPools/read",
  "Microsoft.Sql/servers/read",
];

const RESOURCE_TYPES = {
  azure_sql: "Microsoft.Sql/servers",
  managed_instance: "Microsoft.Sql/managedInstances",
  azure_vm: "Microsoft.SqlVirtualMachine/sqlVirtualMachines",
} as const;

interface Made {
  readonly principals: Principals;
  readonly containers: Containers;
}

/** Assigns each role on the one thing that it is for: a container, a key, a server. */
export function addRoles(
  stack: TerraformStack,
  { roles, keyVaults }: AzureNeeds,
  { principals, containers }: Made,
): void {
  const vaultIds = findKeyVaults(stack, keyVaults);
  const copyRoles = new Map<string, string>();
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
        const roleDefinitionId = copyRole(stack, role, copyRoles);
        assign(labelOf(role.server.address), idOf(role.server), { roleDefinitionId });
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

/** One for each server, which nobody can be assigned elsewhere. */
function copyRole(
  stack: TerraformStack,
  { server }: Extract<NeededRole, { readonly kind: "copy_databases" | "read_server" }>,
  made: Map<string, string>,
): string {
  const known = made.get(server.address);
  if (known !== undefined) return known;
  const scope = idOf(server);
  const { roleDefinitionResourceId } = new RoleDefinition(
    stack,
    `copy_${labelOf(server.address)}`,
    {
      name: literal(`Holdfast copies of ${server.name}`),
      description: literal(`Makes and removes copies of databases of ${server.name} for backups.`),
      scope,
      assignableScopes: [scope],
      permissions: [{ actions: COPY_ACTIONS, notActions: [] }],
    },
  );
  made.set(server.address, roleDefinitionResourceId);
  return roleDefinitionResourceId;
}

function idOf({ kind, subscriptionId, resourceGroup, name }: NeededServer): string {
  const place = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  return literal(`${place}/providers/${RESOURCE_TYPES[kind]}/${name}`);
}
