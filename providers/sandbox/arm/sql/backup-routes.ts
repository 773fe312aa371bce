import { engineTime } from "../../engine/database-copies.ts";
import { timeOfDatetime } from "../../values/datetime-time.ts";
import { resourceNotFound } from "../arm-errors.ts";
import { ok } from "../exchange.ts";
import { pageOf } from "../paging.ts";
import { isSameName } from "../resource-id.ts";
import type { ArmCall, Route } from "../route.ts";
import { hostId, type SqlHost } from "../sql-host.ts";
import { requireHost } from "./find-resource.ts";
import { fileTime, type KeptBackup } from "./kept-backups.ts";
import { SERVER } from "./read-databases.ts";

const LONG_TERM_TYPE =
  "Microsoft.Sql/locations/longTermRetentionServers/longTermRetentionDatabases/longTermRetentionBackups";
const LONG_TERM_READ = `${LONG_TERM_TYPE}/read`;
const DROPPED_TYPE = "Microsoft.Sql/servers/restorableDroppedDatabases";
const DROPPED_READ = `${DROPPED_TYPE}/read`;
const SUBSCRIPTION = "/subscriptions/{subscription}";
const LOCATION = "providers/Microsoft.Sql/locations/{location}";

function iso(time: number): string {
  return new Date(time).toISOString();
}

export function longTermBackupId({ host, databaseName, id }: KeptBackup): string {
  return `/subscriptions/${host.subscriptionId}/resourceGroups/${host.resourceGroup}/providers/Microsoft.Sql/locations/${host.location}/longTermRetentionServers/${host.name}/longTermRetentionDatabases/${databaseName}/longTermRetentionBackups/${id}`;
}

/** Microsoft.Sql, stable/2021-11-01: definition LongTermRetentionBackupProperties. */
function describeLongTerm(backup: KeptBackup): unknown {
  const { host, databaseName, id, takenAt, expiresAt } = backup;
  return {
    properties: {
      serverName: host.name,
      serverCreateTime: iso(timeOfDatetime(host.engine.server.startTime)),
      databaseName,
      backupTime: iso(takenAt),
      backupExpirationTime: iso(expiresAt),
      backupStorageRedundancy: "Geo",
      requestedBackupStorageRedundancy: "Geo",
    },
    id: longTermBackupId(backup),
    name: id,
    type: LONG_TERM_TYPE,
  };
}

export function droppedName({ databaseName, takenAt }: KeptBackup): string {
  return `${databaseName},${fileTime(takenAt)}`;
}

/** Microsoft.Sql, stable/2021-11-01: definition RestorableDroppedDatabase. */
function describeDropped(host: SqlHost, backup: KeptBackup): unknown {
  const { databaseName, takenAt, createdAt, sku, maxSize } = backup;
  const name = droppedName(backup);
  return {
    sku,
    location: host.location,
    properties: {
      databaseName,
      maxSizeBytes: maxSize,
      creationDate: iso(createdAt),
      deletionDate: iso(takenAt),
      earliestRestoreDate: iso(createdAt),
      backupStorageRedundancy: "Geo",
    },
    id: `${hostId(host)}/restorableDroppedDatabases/${name}`,
    name,
    type: DROPPED_TYPE,
  };
}

/** What is not yet over, by the engine's clock, and within the path. */
function longTermOf({ world, names }: ArmCall): readonly KeptBackup[] {
  const { subscription = "", group, location = "", host, database } = names;
  return world.backups.longTerm.filter(
    (backup) =>
      isSameName(backup.host.subscriptionId, subscription) &&
      isSameName(backup.host.location, location) &&
      (group === undefined || isSameName(backup.host.resourceGroup, group)) &&
      (host === undefined || isSameName(backup.host.name, host)) &&
      (database === undefined || isSameName(backup.databaseName, database)) &&
      backup.expiresAt > engineTime(backup.host.engine),
  );
}

export function droppedOf(call: ArmCall, host: SqlHost): readonly KeptBackup[] {
  const now = engineTime(host.engine);
  return call.world.backups.dropped.filter(
    (backup) => backup.host === host && backup.expiresAt > now,
  );
}

function listLongTerm(path: string): Route {
  return {
    method: "GET",
    pattern: path,
    action: LONG_TERM_READ,
    handle: (call) => pageOf(longTermOf(call).map(describeLongTerm), call),
  };
}

function longTermRoutes(base: string): readonly Route[] {
  const server = `${base}/longTermRetentionServers/{host}`;
  const database = `${server}/longTermRetentionDatabases/{database}/longTermRetentionBackups`;
  return [
    listLongTerm(`${base}/longTermRetentionBackups`),
    listLongTerm(`${server}/longTermRetentionBackups`),
    listLongTerm(database),
    {
      method: "GET",
      pattern: `${database}/{backup}`,
      action: LONG_TERM_READ,
      handle(call) {
        const { backup: name = "" } = call.names;
        const found = longTermOf(call).find(({ id }) => isSameName(id, name));
        if (found === undefined) throw resourceNotFound(LONG_TERM_TYPE, name);
        return ok(describeLongTerm(found));
      },
    },
  ];
}

/** Backups for the long term, and databases that were dropped (learn.microsoft.com: rest/api/sql/long-term-retention-backups, restorable-dropped-databases). */
export const BACKUP_ROUTES: readonly Route[] = [
  ...longTermRoutes(`${SUBSCRIPTION}/${LOCATION}`),
  ...longTermRoutes(`${SUBSCRIPTION}/resourceGroups/{group}/${LOCATION}`),
  {
    method: "GET",
    pattern: `${SERVER}/restorableDroppedDatabases`,
    action: DROPPED_READ,
    handle(call) {
      const host = requireHost("server", call);
      return pageOf(
        droppedOf(call, host).map((backup) => describeDropped(host, backup)),
        call,
      );
    },
  },
  {
    method: "GET",
    pattern: `${SERVER}/restorableDroppedDatabases/{dropped}`,
    action: DROPPED_READ,
    handle(call) {
      const host = requireHost("server", call);
      const { dropped: name = "" } = call.names;
      const found = droppedOf(call, host).find((backup) => isSameName(droppedName(backup), name));
      if (found === undefined) throw resourceNotFound(DROPPED_TYPE, name);
      return ok(describeDropped(host, found));
    },
  },
];
