import { isResourceType, RESOURCES } from "../../schemas/blocks/resources.ts";
import { type Address, nameOfAddress, typeOfAddress } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { AttributePath, DesiredResource } from "../config/configuration.ts";
import { canonicalJson } from "../kit/json.ts";
import { changedPaths } from "./meaning.ts";
import type { ChangeAction, PlanOptions, PlanSummary, ResourceChange } from "./plan.ts";
import { replaceReasons } from "./replace-rules.ts";
import type { Sides } from "./selection.ts";

/** What happens to every object of either side, in ordinal order of address. */
export function resourceChanges(sides: Sides, options: PlanOptions): readonly ResourceChange[] {
  const addresses = new Set([...sides.desired.keys(), ...sides.recorded.keys()]);
  return [...addresses].sort().flatMap((address) => {
    const desired = options.destroy ? undefined : sides.desired.get(address);
    const recorded = sides.recorded.get(address);
    if (desired === undefined && recorded === undefined) return [];
    const runFull = options.replace.includes(address);
    return [{ ...changeOf(address, desired, recorded), runFull }];
  });
}

type PlainChange = Omit<ResourceChange, "runFull">;

function changeOf(
  address: Address,
  desired: DesiredResource | undefined,
  recorded: CatalogObject | undefined,
): PlainChange {
  return {
    address,
    type: typeOfAddress(address),
    name: nameOfAddress(address),
    before: recorded?.attributes ?? null,
    after: desired?.attributes ?? null,
    sensitive: unionOf(desired?.sensitive, recorded?.sensitive),
    dependsOn: (desired ?? recorded)?.dependsOn ?? [],
    ...actionOf(desired, recorded),
  };
}

function actionOf(
  desired: DesiredResource | undefined,
  recorded: CatalogObject | undefined,
): Pick<ResourceChange, "action" | "changed" | "replaceReasons"> {
  if (desired !== undefined && recorded !== undefined) return difference(desired, recorded);
  const action = desired === undefined ? "delete" : "create";
  return { action, changed: [], replaceReasons: [] };
}

function difference(
  desired: DesiredResource,
  recorded: CatalogObject,
): Pick<ResourceChange, "action" | "changed" | "replaceReasons"> {
  const schema = isResourceType(desired.type) ? RESOURCES[desired.type] : { arguments: {} };
  const changed = changedPaths(schema, recorded.attributes, desired.attributes);
  const reasons = replaceReasons(desired.type, changed);
  if (reasons.length > 0) return { action: "replace", changed, replaceReasons: reasons };
  const isSame = changed.length === 0 && hasSameBonds(desired, recorded);
  return { action: isSame ? "no-op" : "update", changed, replaceReasons: [] };
}

/** What an object needs, and what of it is hidden, is recorded with it, so a change of that alone is an update too. */
function hasSameBonds(desired: DesiredResource, recorded: CatalogObject): boolean {
  return (
    canonicalJson([...desired.dependsOn].sort()) ===
      canonicalJson([...recorded.dependsOn].sort()) &&
    canonicalJson(unionOf(desired.sensitive)) === canonicalJson(unionOf(recorded.sensitive))
  );
}

function unionOf(
  left: readonly AttributePath[] = [],
  right: readonly AttributePath[] = [],
): readonly AttributePath[] {
  const byText = new Map([...left, ...right].map((path) => [canonicalJson(path), path]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

const COUNTED: Readonly<Record<ChangeAction, Partial<PlanSummary>>> = {
  "no-op": {},
  create: { add: 1 },
  update: { change: 1 },
  replace: { add: 1, destroy: 1 },
  delete: { destroy: 1 },
};

/** Counts as Terraform does: a replacement adds one and destroys one. */
export function summarize(changes: readonly ResourceChange[]): PlanSummary {
  const total = { add: 0, change: 0, destroy: 0 };
  for (const { action } of changes) {
    const counted = COUNTED[action];
    total.add += counted.add ?? 0;
    total.change += counted.change ?? 0;
    total.destroy += counted.destroy ?? 0;
  }
  return total;
}
