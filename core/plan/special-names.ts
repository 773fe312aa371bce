import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import { isPresent } from "../catalog/present-points.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { JsonObject } from "../kit/json.ts";
import { isPlainName } from "../policy/name-pattern.ts";
import type { DatabaseRename, ReplaceReason, ResourceChange } from "./plan.ts";

/** What must be written in another way wherever a name stands in a statement. */
const SPECIAL = /[[\]'"`]/;

const WHY =
  "a name with brackets or quotation marks joins databases that are backed up already: they and it begin again with fulls of a new backup set";

interface Known {
  readonly points: readonly RecoveryPoint[];
  readonly renames: readonly DatabaseRename[];
}

/**
 * A backup set that has run and now covers a database of such a name is replaced, by the rule of the service that this
 * follows; its points stay and expire as before. One that has not run yet just takes the name.
 */
export function withNewSets(
  changes: readonly ResourceChange[],
  { points, renames }: Known,
): readonly ResourceChange[] {
  const run = new Set(points.filter(isPresent).map(({ backupSet }) => backupSet));
  return changes.map((change) => {
    const { action, address, type, after } = change;
    const isKept = action === "no-op" || action === "update";
    if (type !== "backup_set" || !isKept || !run.has(address) || after === null) return change;
    const fresh = [...includedAnew(change), ...renamedUnder(after, renames)];
    if (!fresh.some((name) => SPECIAL.test(name))) return change;
    const reason: ReplaceReason = { path: ["databases", "include"], why: WHY };
    return { ...change, action: "replace", replaceReasons: [reason] };
  });
}

function setOf(attributes: JsonObject | null) {
  return attributes === null
    ? undefined
    : attributesOf({ type: "backup_set", attributes }, "backup_set");
}

function includedAnew({ before, after }: ResourceChange): readonly string[] {
  const known = new Set(setOf(before)?.databases.include);
  const now = setOf(after)?.databases.include ?? [];
  return now.filter((name) => isPlainName(name) && !known.has(name));
}

function renamedUnder(after: JsonObject, renames: readonly DatabaseRename[]): readonly string[] {
  const server: Address | undefined = setOf(after)?.server;
  return renames.filter((rename) => rename.server === server).map(({ to }) => to);
}
