import {
  type DatabaseImage,
  engineTime,
  restoreImage,
  takeImage,
} from "../../engine/database-copies.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { timeOfDatetime } from "../../values/datetime-time.ts";
import { ArmError, invalidRequest, notServed } from "../arm-errors.ts";
import { type ArmReply, ok } from "../exchange.ts";
import { isSameName } from "../resource-id.ts";
import { droppedName, droppedOf, longTermBackupId } from "./backup-routes.ts";
import { describeDatabaseResource } from "./database-body.ts";
import { type DatabaseChange, noteRecord } from "./database-change.ts";
import { findDatabase } from "./find-resource.ts";
import { requestedService } from "./requested-service.ts";
import { startOperation } from "./start-operation.ts";

/** Where a database is restored from, and the tier that it had. */
interface RestoreSource {
  readonly image: DatabaseImage;
  readonly service: StoredDatabase["options"]["service"];
}

type RestoreMode = "PointInTimeRestore" | "Restore" | "RestoreLongTermRetentionBackup";

const SOURCES: Readonly<Record<RestoreMode, (change: DatabaseChange) => RestoreSource>> = {
  PointInTimeRestore: pointInTime,
  Restore: droppedDatabase,
  RestoreLongTermRetentionBackup: longTermBackup,
};

export function isRestoreMode(mode: string): mode is RestoreMode {
  return Object.hasOwn(SOURCES, mode);
}

/** A new database from a backup (learn.microsoft.com: rest/api/sql/databases/create-or-update, createMode). */
export function restoreDatabase(change: DatabaseChange, mode: RestoreMode): ArmReply {
  const { call, host, body } = change;
  const name = call.names["database"] ?? "";
  if (findDatabase(host, name) !== undefined) {
    throw new ArmError(409, {
      code: "DatabaseAlreadyExists",
      message: `The database '${name}' already exists on the server '${host.name}'.`,
    });
  }
  const { image, service: had } = SOURCES[mode](change);
  const service = requestedService(host, body, had);
  const ownerSid = "01";
  const database = restoreImage(host.engine, image, { name, ownerSid, service, state: "ONLINE" });
  noteRecord(change, database);
  return startOperation(
    { call, host, name: "RestoreLogicalDatabase" },
    () => ({ status: "Succeeded" }),
    () => ok(describeDatabaseResource(call.world, host, database)),
  );
}

/** The last part of an id that the body names. Throws 400 where it is missing. */
function requireName(change: DatabaseChange, property: string): string {
  const id = change.body.part("properties").text(property);
  if (id !== undefined) return id;
  throw invalidRequest("InvalidParameterValue", `The property '${property}' is required.`);
}

/** The sandbox keeps no log: it goes back only as far as nothing was changed since. */
function pointInTime(change: DatabaseChange): RestoreSource {
  const { host } = change;
  const name = requireName(change, "sourceDatabaseId").split("/").at(-1) ?? "";
  const at = Date.parse(requireName(change, "restorePointInTime"));
  const database = findDatabase(host, name);
  if (database === undefined) {
    throw new ArmError(404, {
      code: "SourceDatabaseNotFound",
      message: `The source database '${name}' on server '${host.name}' does not exist.`,
    });
  }
  const created = timeOfDatetime(database.createDate);
  if (!(at >= created && at <= engineTime(host.engine))) {
    throw invalidRequest(
      "InvalidRestorePointInTime",
      `The restore point in time is not valid. It must be between ${new Date(created).toISOString()} and now.`,
    );
  }
  if (lastCommitOf(database) > at) throw notServed("A restore to before the last change");
  return { image: takeImage(host.engine, database), service: database.options.service };
}

function lastCommitOf({ log }: StoredDatabase): number {
  const last = log.records.findLast(({ operation }) => operation === "LOP_COMMIT_XACT");
  return last === undefined ? 0 : timeOfDatetime(last.time);
}

function droppedDatabase(change: DatabaseChange): RestoreSource {
  const { call, host, body } = change;
  const name = requireName(change, "sourceDatabaseId").split("/").at(-1) ?? "";
  const deletion = Date.parse(body.part("properties").text("sourceDatabaseDeletionDate") ?? "");
  const found = droppedOf(call, host).find(
    (backup) =>
      isSameName(droppedName(backup), decodeURIComponent(name)) ||
      (isSameName(backup.databaseName, name) && backup.takenAt === deletion),
  );
  if (found === undefined) {
    throw invalidRequest(
      "InvalidRestorableDroppedDatabaseId",
      "Invalid restorable dropped database identifier",
    );
  }
  return { image: found.image, service: undefined };
}

function longTermBackup(change: DatabaseChange): RestoreSource {
  const id = requireName(change, "longTermRetentionBackupResourceId");
  const { longTerm } = change.call.world.backups;
  const found = longTerm.find((backup) =>
    isSameName(longTermBackupId(backup), decodeURIComponent(id)),
  );
  if (found === undefined) {
    throw invalidRequest("LongTermRetentionBackupNotFound", `The backup '${id}' was not found.`);
  }
  return { image: found.image, service: undefined };
}
