import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider/index.js";
import {
  App,
  AzurermBackend,
  type AzurermBackendConfig,
  LocalBackend,
  TerraformOutput,
  TerraformStack,
} from "cdktf";
import type { AzureNeeds, TerraformOptions } from "../../core/resource/azure-needs.ts";
import { addAccounts } from "./accounts.ts";
import { addPrincipals } from "./principals.ts";
import { addResourceGroup } from "./resource-group.ts";
import { addRoles } from "./roles.ts";
import { formatTerraform, labelOf, literal } from "./terraform-text.ts";

/** `terraform init -backend-config=…` says which account and container. */
const PARTIAL_BACKEND = { key: "holdfast.tfstate" } as AzurermBackendConfig;

/**
 * What Terraform reads from `holdfast.tf.json`. A backend is always named: without one cdktf names the working directory
 * of whoever runs it. Everything else follows from the needs, so equal needs give equal bytes.
 */
export function writeTerraform(needs: AzureNeeds, { backend }: TerraformOptions): string {
  const stack = new TerraformStack(new App({ outdir: "." }), "holdfast");
  if (backend === "local") new LocalBackend(stack, { path: "terraform.tfstate" });
  else new AzurermBackend(stack, PARTIAL_BACKEND);
  const { subscriptionId } = needs;
  const subscription = subscriptionId === null ? {} : { subscriptionId: literal(subscriptionId) };
  new AzurermProvider(stack, "azurerm", { features: [{}], ...subscription });
  const group = addResourceGroup(stack, needs);
  const principals = addPrincipals(stack, needs.principals, group);
  const containers = addAccounts(stack, needs.accounts, group);
  addRoles(stack, needs, { principals, containers });
  for (const [name, { clientId }] of principals) {
    if (clientId === undefined) continue;
    const description = `The client_id to write into ${name}.`;
    new TerraformOutput(stack, `${labelOf(name)}_client_id`, { value: clientId, description });
  }
  return formatTerraform(stack.toTerraform() as object, ABOUT);
}

const ABOUT = "Made by holdfast synth. Changes are lost with the next one.";
