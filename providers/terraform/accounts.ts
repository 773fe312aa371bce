import type { DataAzurermResourceGroup } from "@cdktf/provider-azurerm/lib/data-azurerm-resource-group/index.js";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account/index.js";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container/index.js";
import { StorageManagementPolicy } from "@cdktf/provider-azurerm/lib/storage-management-policy/index.js";
import { type TerraformStack, TerraformVariable } from "cdktf";
import type { NeededAccount } from "../../core/resource/azure-needs.ts";
import { labelOf, literal } from "./terraform-text.ts";

/** Resource ids of containers, by `account/container`. */
export type Containers = ReadonlyMap<string, string>;

/** Blobs that were removed by mistake come back for so long. */
const SOFT_DELETE = { days: 7 };

/**
 * Accounts whose blobs nobody reads in the open, over TLS 1.2, kept in three zones. Keys sign requests only where a
 * credential needs that. A vault that locks its blobs needs version-level immutability, which only a new account gets, and
 * old versions go once no lock holds them.
 */
export function addAccounts(
  stack: TerraformStack,
  needed: readonly NeededAccount[],
  group: DataAzurermResourceGroup | undefined,
): Containers {
  const containers = new Map<string, string>();
  if (group === undefined || needed.length === 0) return containers;
  const { stringValue: replication } = new TerraformVariable(stack, "replication", {
    type: "string",
    default: "ZRS",
    description: "Replication of the storage accounts: LRS, ZRS, GRS, GZRS.",
  });
  for (const account of needed) {
    const made = new StorageAccount(stack, account.name, {
      name: account.name,
      resourceGroupName: group.name,
      location: group.location,
      accountTier: "Standard",
      accountReplicationType: replication,
      minTlsVersion: "TLS1_2",
      httpsTrafficOnlyEnabled: true,
      allowNestedItemsToBePublic: false,
      sharedAccessKeyEnabled: account.isKeyAllowed,
      defaultToOauthAuthentication: true,
      ...protectionOf(account),
      lifecycle: { preventDestroy: true },
    });
    if (account.immutableDays !== null) removeOldVersions(stack, account, made.id);
    for (const name of account.containers) {
      const container = new StorageContainer(
        stack,
        `${account.name}_${labelOf(`container.${name}`)}`,
        {
          name: literal(name),
          storageAccountId: made.id,
          containerAccessType: "private",
          lifecycle: { preventDestroy: true },
        },
      );
      containers.set(`${account.name}/${name}`, container.id);
    }
  }
  return containers;
}

function protectionOf({ immutableDays }: NeededAccount) {
  const recovery = {
    deleteRetentionPolicy: SOFT_DELETE,
    containerDeleteRetentionPolicy: SOFT_DELETE,
  };
  if (immutableDays === null) return { blobProperties: recovery };
  return {
    blobProperties: { ...recovery, versioningEnabled: true },
    // Blobs are locked one by one when they are written; the account's own policy stays off.
    immutabilityPolicy: {
      state: "Disabled",
      allowProtectedAppendWrites: false,
      periodSinceCreationInDays: immutableDays,
    },
  };
}

function removeOldVersions(
  stack: TerraformStack,
  { name, immutableDays }: NeededAccount,
  storageAccountId: string,
): void {
  new StorageManagementPolicy(stack, `${name}_versions`, {
    storageAccountId,
    rule: [
      {
        name: "old-versions",
        enabled: true,
        filters: { blobTypes: ["blockBlob"] },
        actions: { version: { deleteAfterDaysSinceCreation: immutableDays ?? SOFT_DELETE.days } },
      },
    ],
  });
}
