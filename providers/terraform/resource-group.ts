import { DataAzurermResourceGroup } from "@cdktf/provider-azurerm/lib/data-azurerm-resource-group/index.js";
import { type TerraformStack, TerraformVariable } from "cdktf";
import type { AzureNeeds } from "../../core/resource/azure-needs.ts";

/** Where things are made; undefined where nothing is. */
export function addResourceGroup(
  stack: TerraformStack,
  { accounts, principals }: AzureNeeds,
): DataAzurermResourceGroup | undefined {
  if (accounts.length === 0 && principals.every(({ kind }) => kind === "given")) return undefined;
  const { stringValue: name } = new TerraformVariable(stack, "resource_group_name", {
    type: "string",
    description: "The resource group, which exists already, of storage accounts and identities.",
  });
  return new DataAzurermResourceGroup(stack, "main", { name });
}
