import type { ResourceAttributes } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { EntraSignIn } from "../kit/entra-sign-in.ts";
import type { AzureServerPlace, AzureSqlControl } from "../resource/azure-sql.ts";
import { readEntraSignIn, tryReadEntraSignIn } from "./entra-sign-in.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/** A logical server as Azure Resource Manager knows it, and the way to it. */
export interface AzureDoor {
  readonly control: AzureSqlControl;
  readonly place: AzureServerPlace;
}

/** Opens Azure's control plane for a server of kind azure_sql or managed_instance. Sends nothing yet. SERVER_PLACE_MISSING, CREDENTIAL_UNSUPPORTED. */
export async function openAzureOf(
  address: Address,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<AzureDoor> {
  const { place, signIn } = await wayTo(address, resources, ports);
  return { place, control: await ports.openAzureSql(signIn) };
}

/** Milliseconds: a plan says what it did not learn rather than wait for Azure as a backup does. */
const GLANCE = 20_000;

/** As `openAzureOf`, for what only looks and can do without an answer. */
export async function glanceAtAzureOf(
  address: Address,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<AzureDoor> {
  const { place, signIn } = await wayTo(address, resources, ports);
  return { place, control: await ports.openAzureSql(signIn, { patience: GLANCE }) };
}

async function wayTo(
  address: Address,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<{ readonly place: AzureServerPlace; readonly signIn: EntraSignIn }> {
  const server = resources.get(address, "server");
  const place = placeOf(server);
  if (place === undefined) throw placeMissing(address);
  return { place, signIn: await signInOf(server, resources, ports) };
}

/** Undefined where the block does not say. The name of the resource is the first label of the host's where it is not written. */
export function placeOf({
  kind,
  host,
  azure,
}: ResourceAttributes<"server">): AzureServerPlace | undefined {
  const { subscription_id: subscriptionId, resource_group: resourceGroup, name } = azure ?? NOWHERE;
  if (subscriptionId === null || resourceGroup === null) return undefined;
  const server = name ?? host.split(".")[0] ?? host;
  const isInstance = kind === "managed_instance";
  return {
    kind: isInstance ? "managed_instance" : "azure_sql",
    subscriptionId,
    resourceGroup,
    server,
  };
}

const NOWHERE = { subscription_id: null, resource_group: null, name: null };

async function signInOf(
  { azure, credential }: ResourceAttributes<"server">,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<EntraSignIn> {
  const own = azure?.credential ?? null;
  if (own !== null) return readEntraSignIn(own, resources, ports);
  return (await tryReadEntraSignIn(credential, resources, ports)) ?? { kind: "default" };
}

function placeMissing(address: Address): DiagnosticError {
  return failure({
    code: "SERVER_PLACE_MISSING",
    summary: "Place in Azure missing",
    detail: `Azure makes copies of databases by the place of their server, which ${address} does not say. Write into its block:\n\n    azure {\n      subscription_id = "…"\n      resource_group  = "…"\n    }`,
    address,
  });
}
