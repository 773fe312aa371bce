import type { Catalog, CatalogReader } from "../catalog/catalog.ts";
import type {
  Configuration,
  ConfigurationInput,
  DataRequest,
  LoadedConfiguration,
  Settings,
  VariableOption,
} from "../config/configuration.ts";
import { type Diagnostic, DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { checkSchedule } from "../policy/schedule/schedule.ts";
import type { Ports, ReadingPorts } from "./ports.ts";

/** What a load is for, and what data blocks gave so far. For `validate` a variable needs no value. */
type LoadFacts = Pick<ConfigurationInput, "purpose" | "data" | "unread">;

/** Reads and checks the project's configuration. Opens no server and reads no secret. */
export async function loadProject(
  ports: ReadingPorts,
  options: readonly VariableOption[] = [],
  facts: LoadFacts = {},
): Promise<LoadedConfiguration> {
  const { files, autoFiles, diagnostics } = await ports.files.list();
  const environment = (name: string) => ports.environment(`HOLDFAST_VAR_${name}`);
  const variables = { environment, autoFiles, options };
  const input = { purpose: "plan", ...facts, files, variables, checkSchedule } as const;
  return withUnread(await ports.loadConfiguration(input), diagnostics);
}

/** A configuration with a file that could not be read is none: what it says, and its catalog, may stand there. */
function withUnread(
  loaded: LoadedConfiguration,
  unread: readonly Diagnostic[],
): LoadedConfiguration {
  const isWhole = unread.every(({ severity }) => severity !== "error");
  if (isWhole) return { ...loaded, diagnostics: [...unread, ...loaded.diagnostics] };
  // There are files, only nobody could read them.
  const others = loaded.diagnostics.filter(({ code }) => code !== "CONFIG_EMPTY");
  const diagnostics = [...unread, ...others];
  return { ...loaded, configuration: undefined, settings: undefined, diagnostics };
}

/** The configuration, or the first error as an exception when there is none; the others went to the host. */
export function requireConfiguration(
  loaded: LoadedConfiguration,
  ports: ReadingPorts,
): Configuration {
  if (loaded.configuration !== undefined) return loaded.configuration;
  const errors = loaded.diagnostics.filter(({ severity }) => severity === "error");
  const last = errors.at(-1);
  for (const diagnostic of loaded.diagnostics) {
    if (diagnostic !== last) ports.host.emit({ type: "diagnostic", diagnostic });
  }
  if (last !== undefined) throw new DiagnosticError(last);
  const [waiting] = loaded.pendingData;
  throw waiting === undefined ? noConfiguration() : dataNeeded(waiting);
}

function dataNeeded({ address, range }: DataRequest): DiagnosticError {
  return failure({
    code: "DATA_NOT_READ",
    summary: "Data not read",
    detail: `What this command needs is made from ${address}, and only a plan reads data. Use the catalog instead, which holds what was applied:\n\n    holdfast show`,
    address,
    subject: range,
  });
}

function noConfiguration(): DiagnosticError {
  return failure({
    code: "CONFIG_EMPTY",
    summary: "No configuration",
    detail: "This directory has no *.hcl or *.hcl.json file.",
  });
}

/** Where the catalog of these settings is, as an absolute path. */
export function catalogPath({ catalog }: Settings, ports: ReadingPorts): string {
  if (catalog.type !== "local") {
    throw failure({
      code: "CATALOG_UNSUPPORTED",
      summary: "Catalog not supported",
      detail: `This version of Holdfast keeps its catalog in a local file; a catalog of type ${catalog.type} comes later. Use:\n\n    catalog "local" {}`,
    });
  }
  return ports.files.resolve(catalog.path);
}

/**
 * The catalog's path for commands that must work when the rest of the configuration is broken, lacks the values of
 * variables or is gone (restore, points, jobs): what the `holdfast` block says, the default place where there is none.
 * Where that cannot be told, the configuration's error: another catalog would tell of other points.
 */
export async function knownCatalogPath(ports: ReadingPorts): Promise<string> {
  const loaded = await loadProject(ports);
  return catalogPath(loaded.settings ?? requireConfiguration(loaded, ports).settings, ports);
}

export async function openProjectCatalog(ports: Ports): Promise<Catalog> {
  return ports.catalogs.open(await knownCatalogPath(ports));
}

/** Changes no byte. */
export async function openProjectReader(ports: ReadingPorts): Promise<CatalogReader> {
  return ports.catalogs.openReader(await knownCatalogPath(ports));
}
