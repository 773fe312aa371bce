import type { AzureSqlControl } from "../../../core/resource/azure-sql.ts";
import { ArmClient, type ArmOptions } from "./arm-client.ts";
import { copyState, dropCopy, findDatabase, startCopy } from "./database-copies.ts";
import { readRetention, setRetention } from "./database-retention.ts";
import { discoverServers, listDatabases } from "./discover-servers.ts";

/** Opens Azure's control plane of SQL. Loads the SDK; sends nothing yet. */
export async function openAzureSql(options: ArmOptions): Promise<AzureSqlControl> {
  const { SqlManagementClient } = await import("@azure/arm-sql");
  const arm = new ArmClient(options, SqlManagementClient);
  return {
    discover: (scope, given = {}) => discoverServers(arm, scope, given),
    databases: (server, given = {}) => listDatabases(arm, server, given),
    findDatabase: (place, given = {}) => findDatabase(arm, place, given),
    startCopy: (request) => startCopy(arm, request),
    copyState: (operation, given = {}) => copyState(arm, operation, given),
    dropCopy: (place, tags, given = {}) => dropCopy(arm, { place, tags }, given),
    readRetention: (place, given = {}) => readRetention(arm, place, given),
    setRetention: (place, wanted, given = {}) => setRetention(arm, { place, wanted }, given),
  };
}
