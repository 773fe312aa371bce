import type { ApplyHistory, ApplyRecord } from "../catalog/apply-record.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import { renameObject } from "./rename.ts";

/*
 * An apply that stops half way may leave a rule that its plan never had: the retention is cut, and the set that was to leave
 * it has not. What only that gives up, no plan named, so nothing may be purged by it, and the next plan begins before it.
 */

/** How many applies that did not come to their end one after another are looked at. */
const MOST = 20;

/** The newest applies that did only a part of their work, newest first, up to the last one that is whole. Of one that runs, too. */
export async function unfinishedApplies(history: ApplyHistory): Promise<readonly ApplyRecord[]> {
  const unfinished: ApplyRecord[] = [];
  for (const { id, changes, undo } of await history.applies({ limit: MOST })) {
    if (changes.done === changes.total || undo !== null) break;
    const record = changes.done > 0 ? await history.apply(id) : undefined;
    if (record !== undefined) unfinished.push(record);
  }
  return unfinished;
}

/** What was recorded before these applies, under the addresses of now. */
export function objectsBefore(
  unfinished: readonly ApplyRecord[],
  objects: readonly CatalogObject[],
): readonly CatalogObject[] {
  const known = new Map(objects.map((object) => [object.address, object]));
  const renames = new Map<CatalogObject["address"], CatalogObject["address"]>();
  for (const { changes } of unfinished) {
    for (const { address, previousAddress } of changes) {
      const now = renames.get(address) ?? address;
      if (previousAddress !== null && known.has(now)) renames.set(previousAddress, now);
    }
    for (const { address, before, done } of changes) {
      if (!done) continue;
      known.delete(renames.get(address) ?? address);
      if (before === null) continue;
      const object = renameObject(before, renames);
      known.set(object.address, object);
    }
  }
  return [...known.values()];
}
