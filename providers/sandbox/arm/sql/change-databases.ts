import { engineTime, removeDatabase } from "../../engine/database-copies.ts";
import { datetimeNow } from "../../engine/session/system-context.ts";
import { serviceDefaults } from "../../engine/statements/create-database.ts";
import { createDatabase } from "../../storage/database-birth.ts";
import type { DatabaseService } from "../../storage/service-objectives.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { ArmError, invalidRequest, notServed } from "../arm-errors.ts";
import { type ArmReply, ok } from "../exchange.ts";
import { readBody } from "../json-body.ts";
import type { OperationState } from "../operations.ts";
import type { ArmCall, Route } from "../route.ts";
import type { SqlHost } from "../sql-host.ts";
import { copyDatabase } from "./copy-database.ts";
import { describeDatabaseResource } from "./database-body.ts";
import { type DatabaseChange, noteRecord } from "./database-change.ts";
import { findDatabase, requireDatabase, requireParent } from "./find-resource.ts";
import { DATABASE } from "./read-databases.ts";
import { requestedService } from "./requested-service.ts";
import { isRestoreMode, restoreDatabase } from "./restore-database.ts";
import { startOperation } from "./start-operation.ts";

const MS_PER_DAY = 86_400_000;
const DONE: OperationState = { status: "Succeeded" };

/** Databases_CreateOrUpdate, Databases_Update and Databases_Delete (learn.microsoft.com: rest/api/sql/databases). */
export const DATABASE_CHANGES: readonly Route[] = [
  {
    method: "PUT",
    pattern: DATABASE,
    action: "Microsoft.Sql/servers/databases/write",
    handle(call) {
      const host = requireParent("server", call);
      const body = readBody(call.request);
      if (body.text("location") === undefined) {
        throw invalidRequest(
          "LocationRequired",
          "The location property is required for this definition.",
        );
      }
      const mode = body.part("properties").text("createMode") ?? "Default";
      if (mode === "Copy") return copyDatabase({ call, host, body });
      if (isRestoreMode(mode)) return restoreDatabase({ call, host, body }, mode);
      if (mode !== "Default") throw notServed(`The create mode '${mode}'`);
      const existing = findDatabase(host, call.names["database"] ?? "");
      if (existing !== undefined) return updateDatabase({ call, host, body }, existing);
      return createNew({ call, host, body });
    },
  },
  {
    method: "PATCH",
    pattern: DATABASE,
    action: "Microsoft.Sql/servers/databases/write",
    handle(call) {
      const host = requireParent("server", call);
      const existing = requireDatabase(host, call);
      return updateDatabase({ call, host, body: readBody(call.request) }, existing);
    },
  },
  {
    method: "DELETE",
    pattern: DATABASE,
    action: "Microsoft.Sql/servers/databases/delete",
    handle(call) {
      const host = requireParent("server", call);
      const existing = findDatabase(host, call.names["database"] ?? "");
      return existing === undefined ? { status: 204 } : dropDatabase(call, host, existing);
    },
  },
];

function createNew({ call, host, body }: DatabaseChange): ArmReply {
  const { engine } = host;
  const { server } = engine;
  const properties = body.part("properties");
  const model = server.database(3).options;
  const databaseId = server.nextDatabaseId();
  const now = datetimeNow(engine.now());
  const database = createDatabase({
    databaseId,
    now,
    options: {
      ...model,
      ...serviceDefaults(now),
      name: call.names["database"] ?? "",
      collation: properties.text("collation") ?? model.collation,
      service: requestedService(host, body),
    },
  });
  server.databases.set(databaseId, database);
  noteRecord({ call, host, body }, database);
  return startOperation(
    { call, host, name: "CreateLogicalDatabase" },
    () => DONE,
    () => ok(describeDatabaseResource(call.world, host, database)),
  );
}

function updateDatabase(change: DatabaseChange, database: StoredDatabase): ArmReply {
  const { call, host, body } = change;
  if (database.databaseId <= 4) {
    throw invalidRequest(
      "InvalidDatabaseName",
      "The operation is not supported for the master database.",
    );
  }
  const asksForService = body.has("sku") || body.part("properties").has("elasticPoolId");
  noteRecord(change, database);
  if (!asksForService) return ok(describeDatabaseResource(call.world, host, database));
  const service: DatabaseService = requestedService(host, body);
  database.options = { ...database.options, service };
  return startOperation(
    { call, host, name: "UpdateLogicalDatabase" },
    () => DONE,
    () => ok(describeDatabaseResource(call.world, host, database)),
  );
}

function dropDatabase(call: ArmCall, host: SqlHost, database: StoredDatabase): ArmReply {
  if (database.databaseId <= 4) {
    throw new ArmError(400, {
      code: "CannotDropSystemDatabase",
      message: "The system database cannot be dropped.",
    });
  }
  const started = engineTime(host.engine);
  const { dropDuration } = call.pace;
  if (database.options.state === "ONLINE") {
    const { retentionDays } = call.world.recordOf(database).shortTerm;
    call.world.backups.noteDropped(host, database, retentionDays * MS_PER_DAY);
  }
  removeDatabase(host.engine, database);
  return startOperation(
    { call, host, name: "DropLogicalDatabase" },
    () => (engineTime(host.engine) - started >= dropDuration ? DONE : { status: "InProgress" }),
    () => ({ status: 200 }),
  );
}
