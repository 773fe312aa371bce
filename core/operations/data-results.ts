import type { Json } from "../kit/json.ts";
import { serverIdOf } from "../resource/azure-server-id.ts";
import type { AzureDatabase, AzureRetention, AzureServer } from "../resource/azure-sql.ts";
import { hasChangeCapture } from "../resource/azure-tier.ts";
import type { DatabaseFacts } from "../resource/database-server.ts";
import { type FigureFacts, protectionFigures } from "./protection-figures.ts";

/*
 * What a data block gives to expressions: `data.databases.shop.names`. Lists are in a fixed order, so that equal facts
 * give equal plans.
 */

/** `names`: the databases that are not system databases; `databases`: all, with what the server says of them. */
export function databasesResult(databases: readonly DatabaseFacts[]): Json {
  const sorted = databases.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    names: sorted.filter(({ isSystem }) => !isSystem).map(({ name }) => name),
    databases: sorted.map((database) => ({
      name: database.name,
      state: database.state,
      recovery_model: database.recoveryModel,
      snapshot_isolation: database.snapshotIsolation,
      is_system: database.isSystem,
      is_read_only: database.isReadOnly,
      is_encrypted: database.isEncrypted,
      collation: database.collation,
      compatibility_level: database.compatibilityLevel,
    })),
  };
}

/** Servers of Azure by kind and name; `retention` by `retentionKey` of a database, where it was asked for. */
export function sqlServersResult(
  servers: readonly AzureServer[],
  retention: ReadonlyMap<string, AzureRetention> | undefined,
): Json {
  return {
    names: servers.map(({ name }) => name),
    servers: servers.map((server) => ({
      kind: server.kind,
      name: server.name,
      id: serverIdOf(server),
      host: server.host,
      subscription_id: server.subscriptionId,
      resource_group: server.resourceGroup,
      location: server.location,
      state: server.state,
      is_public: server.isPublic,
      tier: server.tier?.tier ?? null,
      databases: server.databases.map((database) => ({
        name: database.place.database,
        status: database.status,
        tier: database.tier?.tier ?? null,
        objective: database.objective,
        pool: database.pool,
        max_bytes: database.maxBytes,
        has_change_capture: hasChangeCapture(server, database),
        retention: retentionResult(retention?.get(retentionKey(database))),
      })),
    })),
  };
}

export function retentionKey({ place }: AzureDatabase): string {
  return JSON.stringify([place.kind, place.resourceGroup, place.server, place.database]);
}

function retentionResult(retention: AzureRetention | undefined): Json {
  if (retention === undefined) return null;
  const { shortTerm, longTerm } = retention;
  return {
    days: shortTerm.days,
    differential_hours: shortTerm.differentialHours,
    weekly: longTerm.weekly,
    monthly: longTerm.monthly,
    yearly: longTerm.yearly,
    week_of_year: longTerm.weekOfYear,
  };
}

/** The points as `points -json` lists them, oldest first, and how well they protect. */
export function recoveryPointsResult(facts: FigureFacts): Json {
  const { coverage, recovery_points: points } = facts.listing;
  return {
    ...protectionFigures(facts),
    coverage: coverage.map((each) => ({ ...each })),
    recovery_points: points.map(({ suspect, notes = [], ...point }) => ({
      ...point,
      notes: [...notes],
      retained_by: [...point.retained_by],
      suspect: suspect?.reason ?? null,
    })),
  };
}
