import type { DataAzurermResourceGroup } from "@cdktf/provider-azurerm/lib/data-azurerm-resource-group/index.js";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity/index.js";
import { type TerraformStack, TerraformVariable } from "cdktf";
import type { NeededPrincipal } from "../../core/resource/azure-needs.ts";
import { labelOf } from "./terraform-text.ts";

interface Principal {
  readonly principalId: string;
  /** Of an identity that is made: what the configuration has to say. */
  readonly clientId: string | undefined;
}

/** By the credential's address. */
export type Principals = ReadonlyMap<string, Principal>;

/** Makes managed identities, and asks for the object ids of everybody else. */
export function addPrincipals(
  stack: TerraformStack,
  needed: readonly NeededPrincipal[],
  group: DataAzurermResourceGroup | undefined,
): Principals {
  return new Map(needed.map((one) => [one.credential, addPrincipal(stack, one, group)]));
}

function addPrincipal(
  stack: TerraformStack,
  { credential, kind, clientId }: NeededPrincipal,
  group: DataAzurermResourceGroup | undefined,
): Principal {
  const label = labelOf(credential);
  if (kind === "made" && group !== undefined) {
    const identity = new UserAssignedIdentity(stack, label, {
      name: `holdfast-${label.replaceAll("_", "-")}`,
      resourceGroupName: group.name,
      location: group.location,
    });
    return { principalId: identity.principalId, clientId: identity.clientId };
  }
  const who =
    clientId === null ? "that this machine signs in as" : `with the client id ${clientId}`;
  const { stringValue: principalId } = new TerraformVariable(stack, `${label}_principal_id`, {
    type: "string",
    description: `Object id of the principal ${who} (${credential}).`,
  });
  return { principalId, clientId: undefined };
}
