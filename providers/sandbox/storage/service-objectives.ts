/** The service tier of a database of Azure SQL Database, as `sys.database_service_objectives` names it. */
export type ServiceEdition =
  | "Basic"
  | "Standard"
  | "Premium"
  | "GeneralPurpose"
  | "BusinessCritical"
  | "Hyperscale";

/** What a database is given to work with. */
export interface ServiceObjective {
  /** `S3`, `GP_Gen5_2`, `ElasticPool`. */
  readonly name: string;
  readonly edition: ServiceEdition;
  /**
   * Whether CDC can be enabled. Sub-core objectives cannot: Basic, S0, S1 and S2; S3 and above can, and all of the vCore model
   * (learn.microsoft.com: azure-sql/database/change-data-capture-overview, limitations).
   */
  readonly capturesChanges: boolean;
  /** An own objective's DTUs; undefined in the vCore model. */
  readonly dtu: number | undefined;
  /** Bytes that the database may take. */
  readonly maxSize: number;
}

const GB = 2 ** 30;

type DtuRow = readonly [name: string, edition: ServiceEdition, dtu: number, gigabytes: number];

/** learn.microsoft.com: azure-sql/database/resource-limits-dtu-single-databases: included storage. */
const DTU_ROWS: readonly DtuRow[] = [
  ["Basic", "Basic", 5, 2],
  ["S0", "Standard", 10, 250],
  ["S1", "Standard", 20, 250],
  ["S2", "Standard", 50, 250],
  ["S3", "Standard", 100, 250],
  ["S4", "Standard", 200, 250],
  ["S6", "Standard", 400, 250],
  ["S7", "Standard", 800, 250],
  ["S9", "Standard", 1600, 250],
  ["S12", "Standard", 3000, 250],
  ["P1", "Premium", 125, 500],
  ["P2", "Premium", 250, 500],
  ["P4", "Premium", 500, 500],
  ["P6", "Premium", 1000, 500],
  ["P11", "Premium", 1750, 4096],
  ["P15", "Premium", 4000, 4096],
];

/** DTUs from which CDC works: those of S3. */
const CAPTURING_DTU = 100;

const VCORE_EDITIONS: Readonly<Record<string, ServiceEdition>> = {
  GP: "GeneralPurpose",
  BC: "BusinessCritical",
  HS: "Hyperscale",
};

/** What a database gets that is created without a word about it (documentation of CREATE DATABASE, Azure SQL Database). */
export const DEFAULT_OBJECTIVE = "GP_Gen5_2";
/** What databases of an elastic pool have in place of an objective of their own. */
export const POOL_OBJECTIVE = "ElasticPool";

/** By name, in any case; undefined for a name that no objective has. */
export function findServiceObjective(name: string): ServiceObjective | undefined {
  const row = DTU_ROWS.find(([known]) => known.toUpperCase() === name.toUpperCase());
  if (row !== undefined) {
    const [known, edition, dtu, gigabytes] = row;
    const capturesChanges = dtu >= CAPTURING_DTU;
    return { name: known, edition, dtu, capturesChanges, maxSize: gigabytes * GB };
  }
  const parts = /^(GP|BC|HS)_(S_)?(Gen4|Gen5|Fsv2|DC|M|PRMS|MOPRMS|8IM|8IH)_(\d{1,3})$/i.exec(name);
  const [, letters = "", serverless = "", hardware = "", cores = ""] = parts ?? [];
  const edition = VCORE_EDITIONS[letters.toUpperCase()];
  if (edition === undefined || cores.startsWith("0")) return undefined;
  return {
    name: `${letters.toUpperCase()}_${serverless.toUpperCase()}${shownHardware(hardware)}_${cores}`,
    edition,
    dtu: undefined,
    capturesChanges: true,
    maxSize: 32 * GB,
  };
}

function shownHardware(name: string): string {
  const known = ["Gen4", "Gen5", "Fsv2", "DC", "M", "PRMS", "MOPRMS", "8IM", "8IH"];
  return known.find((item) => item.toUpperCase() === name.toUpperCase()) ?? name;
}

/** An elastic pool: its databases share what it has. */
export interface ElasticPool {
  readonly name: string;
  readonly edition: ServiceEdition;
  /** eDTUs, or vCores of a pool of the vCore model. */
  readonly capacity: number;
  readonly unit: "dtu" | "vcore";
}

/** Pools of less than 100 eDTUs or less than one vCore cannot capture changes (documentation as above). */
function poolCapturesChanges({ capacity, unit }: ElasticPool): boolean {
  return unit === "dtu" ? capacity >= CAPTURING_DTU : capacity >= 1;
}

/** What a database has now: an own objective, or a pool's. */
export interface DatabaseService {
  readonly objective: string;
  readonly edition: ServiceEdition;
  readonly pool: string | undefined;
  /** Bytes. */
  readonly maxSize: number;
}

/** Whether CDC can be enabled in a database with this service; undefined of a server that has no tiers: there it always can. */
export function serviceCapturesChanges(
  service: DatabaseService | undefined,
  pools: ReadonlyMap<string, ElasticPool>,
): boolean {
  if (service === undefined) return true;
  if (service.pool === undefined) {
    return findServiceObjective(service.objective)?.capturesChanges === true;
  }
  const pool = pools.get(service.pool.toLowerCase());
  return pool !== undefined && poolCapturesChanges(pool);
}
