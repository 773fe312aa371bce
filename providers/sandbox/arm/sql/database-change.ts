import type { StoredDatabase } from "../../storage/stored-database.ts";
import { invalidRequest } from "../arm-errors.ts";
import type { JsonBody } from "../json-body.ts";
import type { ArmCall } from "../route.ts";
import type { SqlHost } from "../sql-host.ts";

/** A request that makes or changes a database. */
export interface DatabaseChange {
  readonly call: ArmCall;
  readonly host: SqlHost;
  readonly body: JsonBody;
}

/** What stands beside the engine: tags, where backups are. */
export function noteRecord({ call, body }: DatabaseChange, database: StoredDatabase): void {
  const record = call.world.recordOf(database);
  record.tags = body.texts("tags") ?? record.tags;
  const redundancy = body.part("properties").text("requestedBackupStorageRedundancy");
  if (redundancy === undefined) return;
  if (redundancy !== "Geo" && redundancy !== "Local" && redundancy !== "Zone") {
    throw invalidRequest(
      "InvalidBackupStorageRedundancy",
      `The backup storage redundancy '${redundancy}' is not valid.`,
    );
  }
  record.backupStorageRedundancy = redundancy;
}
