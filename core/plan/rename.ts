import type { Address } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { JobRecord } from "../catalog/job.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Renames } from "./moves.ts";
import { mapReferences } from "./references.ts";

/*
 * An object that gets another address takes along all that names it: what refers to it, its recovery points and its
 * jobs. Each function gives the same record back where nothing of it is renamed.
 */

export function renameObject(object: CatalogObject, renames: Renames): CatalogObject {
  const address = renames.get(object.address) ?? object.address;
  const attributes = mapReferences(object, (text) => renames.get(text as Address) ?? text);
  const isBound = object.dependsOn.some((needed) => renames.has(needed));
  if (address === object.address && attributes === object.attributes && !isBound) return object;
  const dependsOn = object.dependsOn.map((needed) => renames.get(needed) ?? needed).sort();
  return { ...object, address, attributes, dependsOn };
}

export function renamePoint(point: RecoveryPoint, renames: Renames): RecoveryPoint {
  if (renames.size === 0) return point;
  const { backupSet, server, vault } = point;
  if (![backupSet, server, vault].some((address) => renames.has(address))) return point;
  return {
    ...point,
    backupSet: renames.get(backupSet) ?? backupSet,
    server: renames.get(server) ?? server,
    vault: renames.get(vault) ?? vault,
  };
}

/** A restore's subject is a point's id, which never changes. */
export function renameJob(job: JobRecord, renames: Renames): JobRecord {
  const subject = renames.get(job.subject as Address);
  return subject === undefined ? job : { ...job, subject };
}
