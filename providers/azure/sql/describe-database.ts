import type { Database, ManagedDatabase, Sku } from "@azure/arm-sql";
import { toInstant } from "../../../core/kit/clock.ts";
import type {
  AzureDatabase,
  AzureServerPlace,
  AzureTier,
} from "../../../core/resource/azure-sql.ts";
import { lastNameOf } from "./resource-ids.ts";

export function describeDatabase(server: AzureServerPlace, database: Database): AzureDatabase {
  const { name = "", location, creationDate, maxSizeBytes, elasticPoolId, tags } = database;
  return {
    place: { ...server, database: name },
    status: database.status ?? "Unknown",
    tier: tierOf(database.currentSku ?? database.sku),
    objective: database.currentServiceObjectiveName ?? null,
    pool: lastNameOf(elasticPoolId),
    maxBytes: maxSizeBytes ?? null,
    location,
    createdAt: creationDate === undefined ? null : toInstant(creationDate.getTime()),
    tags: tags ?? {},
  };
}

export function describeInstanceDatabase(
  server: AzureServerPlace,
  database: ManagedDatabase,
): AzureDatabase {
  const { name = "", status = "Unknown", location, creationDate, tags } = database;
  return {
    place: { ...server, database: name },
    status,
    tier: null,
    objective: null,
    pool: null,
    maxBytes: null,
    location,
    createdAt: creationDate === undefined ? null : toInstant(creationDate.getTime()),
    tags: tags ?? {},
  };
}

export function tierOf(sku: Sku | undefined): AzureTier | null {
  if (sku === undefined) return null;
  const { name, tier = null, capacity = null, family = null } = sku;
  return { name, tier, capacity, family };
}
