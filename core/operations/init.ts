import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { ensureVault } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { catalogPath, loadProject, requireConfiguration } from "./project.ts";

export interface InitResult {
  readonly catalog: { readonly path: string; readonly state: "created" | "present" };
  readonly vaults: readonly { readonly address: Address; readonly state: "created" | "opened" }[];
}

/** Makes or checks the catalog and every vault of the configuration. Safe to run again. */
export async function runInit(ports: Ports): Promise<InitResult> {
  const configuration = requireConfiguration(await loadProject(ports), ports);
  const path = catalogPath(configuration.settings, ports);
  const state = await ensureCatalog(path, ports);
  await using catalog = await ports.catalogs.openReader(path);
  const vaults: { address: Address; state: "created" | "opened" }[] = [];
  for (const resource of configuration.resources) {
    const attributes = attributesOf(resource, "vault");
    if (attributes === undefined) continue;
    const { address } = resource;
    vaults.push({ address, state: await ensureVault({ address, attributes }, catalog, ports) });
  }
  return { catalog: { path, state }, vaults };
}

async function ensureCatalog(path: string, ports: Ports): Promise<"created" | "present"> {
  try {
    await using _catalog = await ports.catalogs.open(path);
    return "present";
  } catch (error) {
    const isMissing =
      error instanceof DiagnosticError && error.diagnostic.code === "CATALOG_NOT_INITIALISED";
    if (!isMissing) throw error;
    await using _catalog = await ports.catalogs.create(path);
    return "created";
  }
}
