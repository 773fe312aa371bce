import type { JobRecord } from "../catalog/job.ts";
import type {
  Configuration,
  LoadedConfiguration,
  Settings,
  UnreadData,
  VariableOption,
} from "../config/configuration.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { Json } from "../kit/json.ts";
import type { RecordedState } from "../plan/build-plan.ts";
import { objectsBefore, unfinishedApplies } from "../plan/unfinished-applies.ts";
import type { ReadingPorts } from "./ports.ts";
import { catalogPath, loadProject, requireConfiguration } from "./project.ts";
import { readAccepted } from "./read-accepted.ts";
import { readDataRound } from "./read-data.ts";

interface LoadRequest {
  readonly variables: readonly VariableOption[];
  /** Whether servers may be asked. */
  readonly refresh: boolean;
  /** Whether everything is to go [no]. */
  readonly destroy?: boolean | undefined;
}

/** A configuration whose data blocks have their values, and the state of the catalog that they were read from. */
export interface LoadedForPlan {
  readonly loaded: LoadedConfiguration;
  readonly configuration: Configuration;
  readonly data: ReadonlyMap<string, Json>;
  readonly catalogPath: string;
  readonly recorded: RecordedState;
}

/**
 * Loads the configuration, reads the data blocks whose arguments are known, and loads again with what they gave, until
 * nothing is left to read: one data block may need another. Only here are servers asked for data, and secrets read. A
 * plan that destroys needs no data, so that what a dead server holds up can still be removed.
 */
export async function loadForPlan(
  request: LoadRequest,
  ports: ReadingPorts,
): Promise<LoadedForPlan> {
  const read: ReadSoFar = { data: new Map(), missed: new Map() };
  let recorded: RecordedState | undefined;
  for (;;) {
    const loaded = await loadWith(read, request, ports);
    const isBroken = loaded.diagnostics.some(({ severity }) => severity === "error");
    const { settings } = isBroken ? requireConfiguration(loaded, ports) : loaded;
    const path = catalogPath(settings ?? requireConfiguration(loaded, ports).settings, ports);
    recorded ??= await readRecorded(path, ports);
    const facts = { loaded, data: read.data, catalogPath: path, recorded };
    if (loaded.pendingData.length === 0) {
      return { ...facts, configuration: requireConfiguration(loaded, ports) };
    }
    const { destroy = false, refresh } = request;
    if (destroy && settings !== undefined) {
      return { ...facts, configuration: { ...NOTHING_WANTED, ...loaded.known, settings } };
    }
    const storageGibMonth = priceIn(settings);
    const catalog = { recorded, readJobs: () => readJobs(path, ports) };
    const round = await readDataRound(loaded, { ...catalog, refresh, storageGibMonth, ports });
    for (const [address, value] of round) {
      if (value instanceof DiagnosticError) read.missed.set(address, value);
      else read.data.set(address, value);
    }
  }
}

interface ReadSoFar {
  readonly data: Map<string, Json>;
  /** Of checks only. */
  readonly missed: Map<string, DiagnosticError>;
}

/** What a check misses is a warning; an error after all, where something else needs it too. */
async function loadWith(
  { data, missed }: ReadSoFar,
  { variables }: LoadRequest,
  ports: ReadingPorts,
): Promise<LoadedConfiguration> {
  const unread = new Map(
    [...missed].map(([address, { diagnostic }]): [string, UnreadData] => [
      address,
      diagnostic.code === "DATA_NOT_READ" ? "not_asked" : "failed",
    ]),
  );
  const loaded = await loadProject(ports, variables, { purpose: "plan", data, unread });
  const needed = [...missed].find(([address]) => isNeededElsewhere(address, loaded));
  if (needed !== undefined) throw needed[1];
  const warnings = [...missed.values()].map(
    ({ diagnostic }): Diagnostic => ({
      ...diagnostic,
      severity: "warning",
    }),
  );
  return { ...loaded, diagnostics: [...loaded.diagnostics, ...warnings] };
}

const KEY = /\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g;

/** Whether anything but a check refers to a data block: all instances of a block are one there. */
function isNeededElsewhere(address: string, { graph }: LoadedConfiguration): boolean {
  const id = address.replaceAll(KEY, "");
  const checks = new Set(graph.nodes.filter(({ kind }) => kind === "check").map((node) => node.id));
  return graph.edges.some(({ from, to }) => to === id && !checks.has(from));
}

function priceIn(settings: Settings | undefined): number | null {
  return settings?.prices?.storage_gib_month ?? null;
}

/** What a plan that destroys does not look at. */
const NOTHING_WANTED = { variables: [], outputs: [], imports: [], checks: [] } as const;

async function readRecorded(path: string, ports: ReadingPorts): Promise<RecordedState> {
  await using catalog = await ports.catalogs.openReader(path);
  const version = await catalog.version();
  const objects = await catalog.objects();
  const points = await catalog.points();
  const unfinished = await unfinishedApplies(catalog);
  const before = unfinished.length === 0 ? undefined : objectsBefore(unfinished, objects);
  const accepted = await readAccepted(await catalog.observations());
  return { version, objects, points, accepted, before };
}

/** So many are enough to know how fast restores are, and which was the last. */
const MOST_JOBS = 1000;

/** The newest of the catalog. */
export async function readJobs(path: string, ports: ReadingPorts): Promise<readonly JobRecord[]> {
  await using catalog = await ports.catalogs.openReader(path);
  return await catalog.jobs({ limit: MOST_JOBS });
}
