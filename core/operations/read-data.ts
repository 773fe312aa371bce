import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { DataRequest, DesiredResource, LoadedConfiguration } from "../config/configuration.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { shownDatabases } from "../drift/hidden-databases.ts";
import { looksLikeCopy } from "../kit/copy-form.ts";
import type { Json, JsonObject } from "../kit/json.ts";
import { createLimiter } from "../kit/limiter.ts";
import type { RecordedState } from "../plan/build-plan.ts";
import { renamesOf } from "../plan/moves.ts";
import { renameObject, renamePoint } from "../plan/rename.ts";
import { databasesResult, recoveryPointsResult } from "./data-results.ts";
import { isHidden } from "./hide-system-databases.ts";
import { listingOf } from "./list-points.ts";
import { openServerAt } from "./open-server.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ProtectedSet } from "./protection-figures.ts";
import { ResourceLookup } from "./resource-lookup.ts";

interface ReadOptions {
  readonly recorded: RecordedState;
  /** Whether servers may be asked. */
  readonly refresh: boolean;
  /** Of the `holdfast` block. */
  readonly storageGibMonth: number | null;
  /** The newest jobs, as the catalog keeps them. */
  readonly readJobs: () => Promise<readonly JobRecord[]>;
  readonly ports: ReadingPorts;
}

type Known = LoadedConfiguration["known"];

/** A connection each. */
const SERVERS_AT_ONCE = 8;

/**
 * Reads every pending data block that can be read now, at least one; what needs a server whose own arguments wait for
 * data is left to the next round. Rejects with DATA_NOT_READ, DATA_UNSUPPORTED, SERVER_*, with the block's place; what a
 * check asks for is only missing then, with the reason.
 */
export async function readDataRound(
  loaded: LoadedConfiguration,
  options: ReadOptions,
): Promise<ReadonlyMap<string, Json | DiagnosticError>> {
  const { known } = loaded;
  const resources = new ResourceLookup(known.resources);
  const ready = loaded.pendingData.filter((request) => canBeRead(request, resources));
  const [first] = loaded.pendingData;
  if (ready.length === 0 && first !== undefined) throw waiting(first);
  const limit = createLimiter(SERVERS_AT_ONCE);
  const read = ready.map((request) =>
    limit(async () => [request.address, await readOrMiss(request, known, options)] as const),
  );
  return new Map(await Promise.all(read));
}

/** A server can be asked when its arguments and those of its credential are known. */
function canBeRead({ type, attributes }: DataRequest, known: ResourceLookup): boolean {
  if (type === "sql_servers") {
    const { credential } = attributes;
    return typeof credential !== "string" || known.tryGet(credential, "credential") !== undefined;
  }
  if (type !== "databases") return true;
  const server = known.tryGet(serverOf(attributes), "server");
  return server !== undefined && known.tryGet(server.credential, "credential") !== undefined;
}

function whomOf({ server, credential }: JsonObject): string {
  if (typeof server === "string") return server;
  return typeof credential === "string" ? `Azure with ${credential}` : "Azure";
}

function serverOf({ server }: JsonObject): string {
  return typeof server === "string" ? server : "";
}

async function readOrMiss(
  request: DataRequest,
  known: Known,
  options: ReadOptions,
): Promise<Json | DiagnosticError> {
  if (!request.isForCheck) return readOne(request, known, options);
  try {
    return await readOne(request, known, options);
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
}

async function readOne(request: DataRequest, known: Known, options: ReadOptions): Promise<Json> {
  try {
    switch (request.type) {
      case "databases":
        return await readDatabases(request, known, options);
      case "sql_servers":
        return await readServers(request, known, options);
      case "recovery_points":
        return await readPoints(request, known, options);
      default:
        throw unsupported(request);
    }
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError(
      { ...error.diagnostic, address: request.address, subject: request.range },
      { cause: error },
    );
  }
}

async function readDatabases(
  request: DataRequest,
  known: Known,
  { recorded, refresh, ports }: ReadOptions,
): Promise<Json> {
  if (!refresh) throw notAsked(request);
  const resources = new ResourceLookup(known.resources);
  // The block's schema makes it a reference, so it is an address.
  const address = serverOf(request.attributes) as Address;
  await using server = await openServerAt(address, resources, ports);
  const hidesSystem = isHidden(address, { resources, accepted: recorded.accepted });
  const databases = await server.databases({ signal: ports.signal });
  const lasting = databases.filter(({ name }) => !looksLikeCopy(name));
  return databasesResult(shownDatabases(lasting, { hidesSystem }));
}

async function readServers(
  request: DataRequest,
  known: Known,
  { refresh, ports }: ReadOptions,
): Promise<Json> {
  if (!refresh) throw notAsked(request);
  const { findAzureServers } = await import("./find-azure-servers.ts");
  return findAzureServers(request.attributes, new ResourceLookup(known.resources), ports);
}

/** Points under the addresses that hold once this plan is applied, so that a moved set is found by its new one. */
async function readPoints(
  { attributes }: DataRequest,
  known: Known,
  { recorded, storageGibMonth, readJobs, ports }: ReadOptions,
): Promise<Json> {
  const addresses = recorded.objects.map(({ address }) => address);
  const { renames } = renamesOf(known, addresses);
  const { backup_set: backupSet, vault } = attributes;
  const isWanted = (point: RecoveryPoint) =>
    (backupSet === null || point.backupSet === backupSet) &&
    (vault === null || point.vault === vault);
  const objects = recorded.objects.map((object) => renameObject(object, renames));
  const points = recorded.points.map((point) => renamePoint(point, renames));
  const at = ports.clock.now();
  const accepted = new Map(
    [...(recorded.accepted ?? [])].map(([server, facts]) => [renames.get(server) ?? server, facts]),
  );
  return recoveryPointsResult({
    listing: listingOf({ objects, points }, { at, backupSets: [], isWanted }),
    points: points.filter(isWanted),
    sets: setsOf(known.resources, { backupSet, vault }),
    jobs: await readJobs(),
    accepted,
    storageGibMonth,
    at,
  });
}

/** The backup sets of the configuration that are asked about. */
function setsOf(
  resources: readonly DesiredResource[],
  { backupSet, vault }: { readonly backupSet: Json | undefined; readonly vault: Json | undefined },
): readonly ProtectedSet[] {
  return resources.flatMap((resource) => {
    const set = attributesOf(resource, "backup_set");
    if (set === undefined) return [];
    const isWanted =
      (backupSet === null || resource.address === backupSet) &&
      (vault === null || set.vault === vault);
    return isWanted ? [{ server: set.server, selection: set.databases }] : [];
  });
}

function waiting({ address, range, attributes }: DataRequest): DiagnosticError {
  return failure({
    code: "DATA_NOT_READ",
    summary: "Data cannot be read",
    detail: `${address} asks ${whomOf(attributes)}, and how to reach that is not known before the plan: its arguments, or those of its credential, wait for this very data or are at fault. Write them without data.`,
    address,
    subject: range,
  });
}

function notAsked({ address }: DataRequest): DiagnosticError {
  return failure({
    code: "DATA_NOT_READ",
    summary: "Data not read",
    detail: `${address} is read from a server or from Azure, and -refresh=false asks neither, so the configuration has no value here. Nothing was planned. Plan without -refresh=false.`,
  });
}

function unsupported({ address, type }: DataRequest): DiagnosticError {
  return failure({
    code: "DATA_UNSUPPORTED",
    summary: "Data source not supported",
    detail: `${address} is of type ${type}, which this version of Holdfast cannot read. Write what it would give into the configuration.`,
  });
}
