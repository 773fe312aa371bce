import type { Json } from "../kit/json.ts";
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

/** The points as `points -json` lists them, oldest first, and how well they protect. */
export function recoveryPointsResult(facts: FigureFacts): Json {
  const { coverage, recovery_points: points } = facts.listing;
  return {
    ...protectionFigures(facts),
    coverage: coverage.map((each) => ({ ...each })),
    recovery_points: points.map(({ suspect, ...point }) => ({
      ...point,
      retained_by: [...point.retained_by],
      suspect: suspect?.reason ?? null,
    })),
  };
}
