import {
  type DatabaseService,
  type ElasticPool,
  serviceCapturesChanges,
} from "../../storage/service-objectives.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";

/** Throws 22873: a database that captures changes cannot move to a tier that lacks it. */
export function refuseLosingCapture(
  database: StoredDatabase,
  next: DatabaseService,
  pools: ReadonlyMap<string, ElasticPool>,
): void {
  if (database.catalog.captureState.size === 0 || serviceCapturesChanges(next, pools)) return;
  raise(
    22_873,
    "The database cannot lower its service tier to Standard(S0,S1,S2), Basic or Free, or move to elastic pool with database max eDTUs < 100 or max vCore < 1 since it has Change Data Capture (CDC) enabled.",
  );
}
