import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type {
  Configuration,
  LoadedConfiguration,
  VariableOption,
} from "../config/configuration.ts";
import { hasCode } from "../diagnostics/caught.ts";
import { withoutUserinfo } from "../kit/url-text.ts";
import { ensureVault } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { catalogPath, loadProject, requireConfiguration } from "./project.ts";
import { type RediscoveredServer, rediscover } from "./rediscover.ts";
import { ResourceLookup } from "./resource-lookup.ts";

export interface InitOptions {
  readonly variables: readonly VariableOption[];
  /** Fetch modules again that are there already. */
  readonly upgrade: boolean;
  /** Ask servers again whose system databases an earlier version did not see. */
  readonly rediscover?: boolean | undefined;
}

export interface InitResult {
  readonly modules: readonly {
    /** Without user and password. */
    readonly url: string;
    readonly ref: string | null;
    readonly directory: string;
    readonly state: "fetched" | "present";
  }[];
  readonly catalog: { readonly path: string; readonly state: "created" | "present" };
  readonly vaults: readonly { readonly address: Address; readonly state: "created" | "opened" }[];
  /** Where it was asked for. */
  readonly rediscovered?: readonly RediscoveredServer[] | undefined;
}

/** Fetches modules that are missing, and makes or checks the catalog and every vault of the configuration. Safe to run again. */
export async function runInit(
  ports: Ports,
  options: InitOptions = { variables: [], upgrade: false },
): Promise<InitResult> {
  const { modules, loaded } = await fetchModules(options, ports);
  const known = whatIsKnown(loaded, ports);
  const path = catalogPath(known.settings, ports);
  const state = await ensureCatalog(path, ports);
  await using catalog = await ports.catalogs.openReader(path);
  const resources = new ResourceLookup(known.resources);
  const vaults: { address: Address; state: "created" | "opened" }[] = [];
  for (const resource of known.resources) {
    const attributes = attributesOf(resource, "vault");
    if (attributes === undefined) continue;
    const { address } = resource;
    const isImported = known.imports?.some(({ to }) => to === address);
    const wanted = { address, attributes, resources, isImported };
    vaults.push({ address, state: await ensureVault(wanted, catalog, ports) });
  }
  const made = { modules, catalog: { path, state }, vaults };
  if (options.rediscover !== true) return made;
  await using written = await ports.catalogs.open(path);
  return { ...made, rediscovered: await rediscover(written, resources, ports) };
}

/** What there is of a configuration before data is read. */
export type KnownConfiguration = Pick<
  Configuration,
  "settings" | "resources" | "moves" | "databaseMoves"
> &
  Partial<Pick<Configuration, "imports">>;

/** While data is to be read, which needs the catalog first, what does not wait for it. */
export function whatIsKnown(loaded: LoadedConfiguration, ports: Ports): KnownConfiguration {
  const { pendingData, settings } = loaded;
  const isBroken = loaded.diagnostics.some(({ severity }) => severity === "error");
  if (isBroken || pendingData.length === 0 || settings === undefined) {
    return requireConfiguration(loaded, ports);
  }
  const { resources, moves, databaseMoves } = loaded.known;
  return { settings, resources, moves, databaseMoves };
}

/** Fetched modules may call others, so it goes on until all that are called are there: then the configuration is whole. */
async function fetchModules(
  { variables, upgrade }: InitOptions,
  ports: Ports,
): Promise<Pick<InitResult, "modules"> & { readonly loaded: LoadedConfiguration }> {
  const done = new Map<string, InitResult["modules"][number]>();
  for (;;) {
    const loaded = await loadProject(ports, variables);
    const open = loaded.remoteModules.filter(({ directory }) => !done.has(directory));
    const isSettled = open.every(({ isPresent }) => isPresent && !upgrade);
    for (const { url, ref, directory, isPresent } of open) {
      const isWanted = upgrade || !isPresent;
      if (isWanted) await ports.modules.fetch({ url, ref, directory });
      const state = isWanted ? "fetched" : "present";
      done.set(directory, { url: withoutUserinfo(url), ref: ref ?? null, directory, state });
    }
    if (isSettled) return { modules: [...done.values()], loaded };
  }
}

async function ensureCatalog(path: string, ports: Ports): Promise<"created" | "present"> {
  try {
    await using _catalog = await ports.catalogs.open(path);
    return "present";
  } catch (error) {
    const isMissing = hasCode(error, "CATALOG_NOT_INITIALISED");
    if (!isMissing) throw error;
    await using _catalog = await ports.catalogs.create(path);
    return "created";
  }
}
