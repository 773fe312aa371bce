import { settleCopies, startDatabaseCopy } from "../../engine/database-copies.ts";
import type { CopyEnd } from "../../storage/database-copy.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { ArmError, type ErrorBody, invalidRequest } from "../arm-errors.ts";
import { type ArmReply, ok } from "../exchange.ts";
import type { OperationState } from "../operations.ts";
import { tryParseDatabaseId } from "../resource-id.ts";
import type { ArmCall } from "../route.ts";
import { databaseIdOf, type SqlHost } from "../sql-host.ts";
import { describeDatabaseResource } from "./database-body.ts";
import { type DatabaseChange, noteRecord } from "./database-change.ts";
import { findDatabase } from "./find-resource.ts";
import { requestedService } from "./requested-service.ts";
import { startOperation } from "./start-operation.ts";

/** The number that the engine shows of a copy whose end Azure Resource Manager tells (learn.microsoft.com: sys.dm_database_copies, error_code). */
const COPY_FAILED = 40_571;
const OPERATION = "UpdateLogicalDatabase";

interface CopySource {
  readonly host: SqlHost;
  readonly database: StoredDatabase;
}

/** `createMode` Copy (learn.microsoft.com: rest/api/sql/databases/create-or-update, Creates a database as a copy). */
export function copyDatabase(change: DatabaseChange): ArmReply {
  const { call, host, body } = change;
  const source = requireSource(change);
  const target = call.names["database"] ?? "";
  const existing = findDatabase(host, target);
  if (existing !== undefined) return refuseSecond({ call, host, source, existing });
  const service = requestedService(host, body, source.database.options.service);
  const fault = call.faults.take("copy_fails");
  const made = startDatabaseCopy(host.engine, {
    source: source.database,
    sourceEngine: source.host.engine,
    target,
    ownerSid: source.database.options.ownerSid,
    end: endOf(call, fault?.error),
    service,
  });
  const database = host.engine.server.database(made.databaseId);
  noteRecord(change, database);
  return startOperation(
    { call, host, name: OPERATION },
    () => copyState({ host, database, error: fault?.error }),
    () => ok(describeDatabaseResource(call.world, host, database)),
  );
}

function endOf({ faults, pace }: ArmCall, error: ErrorBody | undefined): CopyEnd {
  const never = error === undefined && faults.take("copy_never_ends") !== undefined;
  const duration = never ? Number.POSITIVE_INFINITY : pace.copyDuration;
  return { duration, failure: error && { number: COPY_FAILED, message: error.message } };
}

interface RunningCopy {
  readonly host: SqlHost;
  readonly database: StoredDatabase;
  readonly error: ErrorBody | undefined;
}

function copyState({ host, database, error }: RunningCopy): OperationState {
  const { server } = host.engine;
  settleCopies(host.engine);
  if (server.databases.get(database.databaseId) !== database) {
    const code = "OperationCancelled";
    const message = "The operation has been cancelled by user: the target database was dropped.";
    return { status: "Failed", error: { code, message } };
  }
  const copy = server.copies.get(database.databaseId);
  if (copy === undefined) return { status: "Succeeded" };
  return copy.hasFailed && error !== undefined
    ? { status: "Failed", error }
    : { status: "InProgress" };
}

/** The source, which the caller must be allowed to read and to write (learn.microsoft.com: azure-sql/database/database-copy, Azure RBAC roles). */
function requireSource({ call, host, body }: DatabaseChange): CopySource {
  const id = body.part("properties").text("sourceDatabaseId");
  if (id === undefined) {
    throw invalidRequest(
      "MissingSourceDatabaseId",
      "The source database id must be specified for the create mode 'Copy'.",
    );
  }
  const parsed = tryParseDatabaseId(id);
  if (parsed === undefined) {
    throw invalidRequest("InvalidSourceDatabaseId", `The source database id '${id}' is not valid.`);
  }
  const access = {
    action: "Microsoft.Sql/servers/databases/write",
    scope: databaseIdOf(host, call.names["database"] ?? ""),
  };
  for (const verb of ["read", "write"]) {
    const linked = { action: `Microsoft.Sql/servers/databases/${verb}`, scope: id };
    call.roles.requireLinked(call.caller, { access, linked });
  }
  const { subscriptionId, resourceGroup, server, database: name } = parsed;
  const sourceHost = call.world.findHost("server", { subscriptionId, resourceGroup, name: server });
  const database = sourceHost && findDatabase(sourceHost, name);
  if (sourceHost === undefined || database === undefined || database.databaseId <= 4) {
    throw new ArmError(404, {
      code: "SourceDatabaseNotFound",
      message: `The source database '${name}' on server '${server}' does not exist.`,
    });
  }
  if (database.options.state !== "ONLINE") {
    throw new ArmError(409, {
      code: "InvalidDatabaseStateForOperation",
      message: `The operation is not allowed on the database '${name}' in its current state.`,
    });
  }
  return { host: sourceHost, database };
}

/**
 * A second request while the copy lives is accepted, and its operation fails (azure-sdk-for-go#21860); a database that is no copy under way
 * is in the way at once (409 RemoteDatabaseExists of the REST specification's list of errors).
 */
function refuseSecond(second: {
  readonly call: ArmCall;
  readonly host: SqlHost;
  readonly source: CopySource;
  readonly existing: StoredDatabase;
}): ArmReply {
  const { call, host, source, existing } = second;
  const { name } = existing.options;
  if (!host.engine.server.copies.has(existing.databaseId)) {
    throw new ArmError(409, {
      code: "RemoteDatabaseExists",
      message: `The destination database name '${name}' already exists on the server '${host.name}'.`,
    });
  }
  const error: ErrorBody = {
    code: "DuplicateGeoDrRelation",
    message: `The databases '${source.database.options.name}' in server '${source.host.name}' and '${name}' in server '${host.name}' are already in a replication relation.`,
  };
  return startOperation(
    { call, host, name: OPERATION },
    () => ({ status: "Failed", error }),
    () => ({ status: 409, body: { error } }),
  );
}
