import { serviceCapturesChanges } from "../../storage/service-objectives.ts";
import { raise } from "../../values/sql-exception.ts";
import { keepNewTable } from "../definitions/table-changes.ts";
import type { Task } from "../suspension.ts";
import { type ProcedureWork, requireEnabled, requireEnabler } from "./capture-procedure.ts";
import { buildTable, METADATA_TABLES } from "./capture-tables.ts";
import { disableInstance } from "./disable-table.ts";
import { placeFor } from "./place.ts";
import { DB_OWNER, removeCapture } from "./remove-capture.ts";

/** sys.sp_cdc_enable_db: the user and the schema cdc with their tables (learn.microsoft.com: sys.sp_cdc_enable_db). */
export function* enableDatabase(work: ProcedureWork): Task {
  yield* [];
  requireEnabler(work);
  const { database, now, transaction } = work;
  const { name } = database.options;
  refuseSystemDatabase(work);
  const { catalog } = database;
  if (catalog.captureState.size > 0) {
    raise(
      22_905,
      `Database '${name}' is already enabled for Change Data Capture. Ensure that the correct database context is set, and retry the operation. To report on the databases enabled for Change Data Capture, query the is_cdc_enabled column in the sys.databases catalog view.`,
    );
  }
  refuseTier(work);
  requireKnownOwner(work, "enabled");
  if (catalog.findSchema("cdc") !== undefined || catalog.findPrincipal("cdc") !== undefined) {
    raise(
      22_906,
      `The database '${name}' cannot be enabled for Change Data Capture because a database user named 'cdc' or a schema named 'cdc' already exists in the current database. These objects are required exclusively by Change Data Capture. Drop or rename the user or schema and retry the operation.`,
    );
  }
  const { journal } = transaction;
  const principalId = freeId(catalog.principals, 5);
  const schemaId = freeId(catalog.schemas, 5);
  catalog.principals.set(
    principalId,
    {
      principalId,
      name: "cdc",
      kind: "user_without_login",
      sid: undefined,
      isFixedRole: false,
      defaultSchema: "cdc",
      owningPrincipalId: undefined,
      createDate: now,
      modifyDate: now,
    },
    journal,
  );
  catalog.schemas.set(schemaId, { schemaId, name: "cdc", principalId }, journal);
  const member = { roleId: DB_OWNER, memberId: principalId };
  catalog.roleMembers.set(`${DB_OWNER}.${principalId}`, member, journal);
  catalog.captureState.set("database", { principalId, schemaId, enabledAt: now }, journal);
  for (const table of METADATA_TABLES) {
    keepNewTable(buildTable(table, { database, schemaId, now }), [], placeFor(work));
  }
  database.captureLog.hold(transaction);
}

/** An id from 5 that nothing has; fixed roles and their schemas lie from 16384 on. */
export function freeId(map: { has(id: number): boolean }, from: number): number {
  let id = from;
  while (map.has(id)) id += 1;
  return id;
}

function refuseSystemDatabase({ database }: ProcedureWork): void {
  const { name } = database.options;
  if (database.databaseId > 4 && name.toLowerCase() !== "distribution") return;
  raise(
    22_989,
    `Could not enable Change Data Capture for database '${name}'. Change data capture is not supported on system databases, or on a distribution database.`,
  );
}

/**
 * Sub-core tiers of Azure SQL Database lack CDC, single or in pools (learn.microsoft.com:
 * azure-sql/database/change-data-capture-overview, limitations): error 22871 within 22830.
 */
function refuseTier({ database, core }: ProcedureWork): void {
  if (serviceCapturesChanges(database.options.service, core.server.elasticPools)) return;
  raise(
    22_830,
    `Could not update the metadata that indicates database ${database.options.name} is enabled for Change Data Capture. The failure occurred when executing the command 'SetCDCTracked(Value = 1)'. The error returned was 22871: 'Change Data Capture is not supported on Free, Basic or Standard tier Single Database (S0,S1,S2) and Database in Elastic pool with max eDTUs < 100 or max vCore < 1. Please upgrade to a higher Service Objective.'. Use the action and error to determine the cause of the failure and resubmit the request.`,
  );
}

/**
 * The procedures act as dbo. An owner whose login the server does not know cannot be impersonated; on Azure SQL Database neither can one
 * of Microsoft Entra by a SQL login, nor the other way round (learn.microsoft.com: azure-sql/database/change-data-capture-overview,
 * Microsoft Entra ID; known issues of CDC, error 15517). ALTER AUTHORIZATION ON DATABASE mends both.
 */
function requireKnownOwner({ database, core }: ProcedureWork, verb: "enabled" | "disabled"): void {
  const { ownerSid, name } = database.options;
  const owner = core.server.principals.values().find(({ sid }) => sid === ownerSid);
  const isOwnedFromEntra = owner?.kind.startsWith("external_") === true;
  const isMixed = core.server.flavour === "azure_sql" && isOwnedFromEntra !== core.isExternal;
  if (owner !== undefined && !isMixed) return;
  raise(
    verb === "enabled" ? 22_830 : 22_831,
    `Could not update the metadata that indicates database ${name} is ${verb === "enabled" ? "" : "not "}enabled for Change Data Capture. The failure occurred when executing the command 'SetCDCTracked(Value = ${verb === "enabled" ? 1 : 0})'. The error returned was 15517: 'Cannot execute as the database principal because the principal "dbo" does not exist, this type of principal cannot be impersonated, or you do not have permission.'. Use the action and error to determine the cause of the failure and resubmit the request.`,
  );
}

/** sys.sp_cdc_disable_db: everything of it goes, captured changes too. */
export function* disableDatabase(work: ProcedureWork): Task {
  requireEnabler(work);
  const { database } = work;
  if (database.catalog.captureState.size === 0) return requireEnabled(work);
  requireKnownOwner(work, "disabled");
  for (const instance of database.catalog.captureInstances.values().toArray()) {
    yield* disableInstance(instance, work);
  }
  removeCapture(work);
}
