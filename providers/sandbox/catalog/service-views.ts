import type { SystemContext } from "../engine/system-registry.ts";
import type { Database } from "../storage/database.ts";
import type { Flavour } from "../storage/flavour.ts";
import { COPY_VIEW } from "./copy-views.ts";
import type { ViewDefinition, ViewRow } from "./view-definition.ts";

/** From master all databases, from any other itself (documentation of sys.database_service_objectives). */
function servedDatabases({ server, session }: SystemContext): Database[] {
  const isMaster = session.database.databaseId === 1;
  return [...server.databases.values()].filter(
    ({ databaseId, options }) =>
      options.service !== undefined && (isMaster || databaseId === session.database.databaseId),
  );
}

function serviceRow({ databaseId, options }: Database): ViewRow {
  return {
    database_id: databaseId,
    edition: options.service?.edition,
    service_objective: options.service?.objective,
    elastic_pool_name: options.service?.pool,
  };
}

/** Views that Azure SQL Database lacks ("Applies to" of their pages). */
const NOT_IN_SERVICE: ReadonlySet<string> = new Set([
  "sys.master_files",
  "sys.database_recovery_status",
  "sys.server_triggers",
  "sys.linked_logins",
  "sys.servers",
  "sys.backup_devices",
  "sys.endpoints",
  "sys.availability_groups",
  "sys.availability_replicas",
]);

export function isKnownTo(flavour: Flavour, view: string): boolean {
  if (flavour === "azure_sql") return !NOT_IN_SERVICE.has(view);
  return !SERVICE_VIEWS.some(({ name }) => name === view);
}

/** Views that only Azure SQL Database has. */
export const SERVICE_VIEWS: readonly ViewDefinition[] = [
  COPY_VIEW,
  {
    name: "sys.database_service_objectives",
    columns:
      "database_id int, edition sysname?, service_objective sysname?, elastic_pool_name sysname?",
    rows: (context) => servedDatabases(context).map(serviceRow),
  },
];
