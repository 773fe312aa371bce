import type { ElasticPool, ServiceEdition } from "../../storage/service-objectives.ts";
import {
  type DatabaseService,
  DEFAULT_OBJECTIVE,
  findServiceObjective,
  POOL_OBJECTIVE,
} from "../../storage/service-objectives.ts";
import { invalidRequest } from "../arm-errors.ts";

/** The tier of a database as requests and answers have it (`Sku` of the REST specification of Microsoft.Sql). */
export interface Sku {
  readonly name: string;
  readonly tier: string;
  readonly capacity: number;
  readonly family?: string;
}

const SYSTEM: Sku = { name: "System", tier: "System", capacity: 0 };

/** DTU tiers are named after the edition, those of the vCore model by family; databases of pools have no capacity of their own. */
export function skuOf(service: DatabaseService | undefined): Sku {
  if (service === undefined) return SYSTEM;
  const { objective, edition: tier } = service;
  if (service.pool !== undefined) return { name: POOL_OBJECTIVE, tier, capacity: 0 };
  const dtu = findServiceObjective(objective)?.dtu;
  if (dtu !== undefined) return { name: tier, tier, capacity: dtu };
  const [, name = objective, family = "", cores = "0"] =
    /^(\w+_(\w+))_(\d+)$/.exec(objective) ?? [];
  const shown = /^(?:[A-Z]{2})_(?:S_)?(\w+)$/.exec(name)?.[1] ?? family;
  return { name, tier, family: shown, capacity: Number(cores) };
}

export interface SkuRequest {
  readonly name: string | undefined;
  readonly tier: string | undefined;
  readonly capacity: number | undefined;
}

const DTU_OBJECTIVES = ["Basic", "S0", "S1", "S2", "S3", "S4", "S6", "S7", "S9", "S12"];
const PREMIUM_OBJECTIVES = ["P1", "P2", "P4", "P6", "P11", "P15"];

/** `S3`; `Standard` with 100; `GP_Gen5` with 2; `GP_Gen5_2`. */
function objectiveOf({ name = "", capacity }: SkuRequest): string | undefined {
  const named = findServiceObjective(name);
  if (named !== undefined) return named.name;
  const ofTier = [...DTU_OBJECTIVES, ...PREMIUM_OBJECTIVES]
    .map(findServiceObjective)
    .find((known) => known?.edition === name && known.dtu === capacity);
  return ofTier?.name ?? findServiceObjective(`${name}_${capacity}`)?.name;
}

/** The service that a request asks for. Throws 400 for a tier that there is not. */
export function serviceOf(request: SkuRequest): DatabaseService {
  const objective = findServiceObjective(objectiveOf(request) ?? "");
  if (objective === undefined) {
    throw invalidRequest("InvalidSkuName", `The sku name '${request.name}' is not valid.`);
  }
  const { name, edition, maxSize } = objective;
  return { objective: name, edition, pool: undefined, maxSize };
}

export function serviceInPool(pool: ElasticPool, maxSize: number): DatabaseService {
  const edition: ServiceEdition = pool.edition;
  return { objective: POOL_OBJECTIVE, edition, pool: pool.name, maxSize };
}

/** What a database gets that is created without a word about it. */
export function defaultService(): DatabaseService {
  return serviceOf({ name: DEFAULT_OBJECTIVE, tier: undefined, capacity: undefined });
}
