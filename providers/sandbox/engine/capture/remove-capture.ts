import { serviceCapturesChanges } from "../../storage/service-objectives.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { Transaction } from "../../storage/transaction.ts";
import { removeObject } from "../definitions/remove-object.ts";
import type { EngineParts } from "../session/session-core.ts";
import { dropInstance } from "./disable-table.ts";

/** The fixed role that the user cdc is in. */
export const DB_OWNER = 16_384;

/** Takes everything of change data capture out of a database: instances, tables, jobs, the schema and the user cdc. */
export function removeCapture({
  database,
  transaction,
}: {
  readonly database: StoredDatabase;
  readonly transaction: Transaction;
}): void {
  const { catalog } = database;
  const { journal } = transaction;
  const state = catalog.captureState.get("database");
  if (state === undefined) return;
  for (const instance of catalog.captureInstances.values().toArray()) {
    dropInstance(instance, { database, transaction });
  }
  for (const object of catalog.objects.values().toArray()) {
    if (object.schemaId !== state.schemaId) continue;
    removeObject(object, { database, transaction });
    if (object.type === "U") database.tables.delete(object.objectId, journal);
  }
  for (const { type } of catalog.captureJobs.values().toArray()) {
    catalog.captureJobs.delete(type, journal);
  }
  catalog.schemas.delete(state.schemaId, journal);
  catalog.roleMembers.delete(`${DB_OWNER}.${state.principalId}`, journal);
  catalog.principals.delete(state.principalId, journal);
  catalog.captureState.delete("database", journal);
  database.captureLog.hold(transaction);
}

/**
 * A database that is restored or copied to a tier without CDC has none of it (learn.microsoft.com:
 * azure-sql/database/change-data-capture-overview, point-in-time restore).
 */
export function fitCaptureToTier({ server }: EngineParts, database: StoredDatabase): void {
  if (database.catalog.captureState.size === 0) return;
  if (serviceCapturesChanges(database.options.service, server.elasticPools)) return;
  const transaction = server.log.begin(0);
  removeCapture({ database, transaction });
  server.log.commit(transaction);
}
