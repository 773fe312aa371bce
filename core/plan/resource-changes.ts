import { recordedSchema } from "../../schemas/blocks/recorded.ts";
import {
  type Address,
  compareAddresses,
  nameOfAddress,
  typeOfAddress,
} from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { AttributePath, DesiredResource, Removal } from "../config/configuration.ts";
import { canonicalJson } from "../kit/json.ts";
import { changedPaths } from "./meaning.ts";
import type { Renames } from "./moves.ts";
import type { Sides } from "./named-objects.ts";
import type { ChangeAction, PlanOptions, PlanSummary, ResourceChange } from "./plan.ts";
import { removalOf } from "./removals.ts";
import { replaceReasons } from "./replace-rules.ts";
import { madeFirst, withTriggers } from "./replace-triggers.ts";

interface ChangeInput {
  readonly sides: Sides;
  readonly options: PlanOptions;
  readonly renames: Renames;
  readonly removals: readonly Removal[];
}

/** What happens to every object of either side, in the order of `compareAddresses`. */
export function resourceChanges(input: ChangeInput): readonly ResourceChange[] {
  const { sides, options, renames } = input;
  const addresses = new Set([...sides.desired.keys(), ...sides.recorded.keys()]);
  const previous = new Map([...renames].map(([from, to]) => [to, from]));
  const first = madeFirst(sides.desired);
  const changes = [...addresses].sort(compareAddresses).flatMap((address): ResourceChange[] => {
    const desired = options.destroy ? undefined : sides.desired.get(address);
    const recorded = sides.recorded.get(address);
    if (desired === undefined && recorded === undefined) return [];
    return [
      {
        ...changeOf({ address, desired, recorded }, input.removals),
        previousAddress: previous.get(address) ?? null,
        createBeforeDestroy: first.has(address),
        runFull: options.replace.includes(address),
      },
    ];
  });
  return options.destroy ? changes : withTriggers(changes, sides.desired);
}

interface Pair {
  readonly address: Address;
  readonly desired: DesiredResource | undefined;
  readonly recorded: CatalogObject | undefined;
}

type PlainChange = Omit<ResourceChange, "runFull" | "previousAddress" | "createBeforeDestroy">;
type Difference = Pick<ResourceChange, "action" | "changed" | "replaceReasons">;

function changeOf(pair: Pair, removals: readonly Removal[]): PlainChange {
  const { address, desired, recorded } = pair;
  return {
    address,
    type: typeOfAddress(address),
    name: nameOfAddress(address),
    before: recorded?.attributes ?? null,
    after: desired?.attributes ?? null,
    dependsOn: (desired ?? recorded)?.dependsOn ?? [],
    ...remarksOf(pair),
    ...actionOf(pair, removals),
  };
}

function remarksOf({
  desired,
  recorded,
}: Pair): Pick<ResourceChange, "sensitive" | "sensitiveAfter" | "preventDestroy" | "wasProtected"> {
  return {
    sensitive: unionOf(desired?.sensitive, recorded?.sensitive),
    sensitiveAfter: unionOf(desired?.sensitive),
    preventDestroy: desired?.lifecycle.preventDestroy ?? false,
    ...(recorded?.preventDestroy === true ? { wasProtected: true } : {}),
  };
}

function actionOf({ address, desired, recorded }: Pair, removals: readonly Removal[]): Difference {
  if (desired !== undefined && recorded !== undefined) return difference(desired, recorded);
  if (desired !== undefined) return { action: "create", changed: [], replaceReasons: [] };
  const isForgotten = removalOf(address, removals)?.destroy === false;
  return { action: isForgotten ? "forget" : "delete", changed: [], replaceReasons: [] };
}

function difference(desired: DesiredResource, recorded: CatalogObject): Difference {
  const changed = changedPaths(
    recordedSchema(desired.type),
    recorded.attributes,
    desired.attributes,
  );
  const reasons = replaceReasons(desired.type, changed);
  if (reasons.length > 0) return { action: "replace", changed, replaceReasons: reasons };
  const isSame = changed.length === 0 && hasSameBonds(desired, recorded);
  return { action: isSame ? "no-op" : "update", changed, replaceReasons: [] };
}

/** What an object needs, what of it is hidden and whether it is protected are recorded with it, so a change of that alone is an update too. */
function hasSameBonds(desired: DesiredResource, recorded: CatalogObject): boolean {
  return (
    desired.lifecycle.preventDestroy === (recorded.preventDestroy ?? false) &&
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
  forget: { forget: 1 },
  import: { import: 1 },
};

/** Counts as Terraform does: a replacement adds one and destroys one. */
export function summarize(changes: readonly ResourceChange[]): PlanSummary {
  const total = { add: 0, change: 0, destroy: 0, forget: 0, import: 0 };
  for (const { action } of changes) {
    const counted = COUNTED[action];
    total.add += counted.add ?? 0;
    total.change += counted.change ?? 0;
    total.destroy += counted.destroy ?? 0;
    total.forget += counted.forget ?? 0;
    total.import += counted.import ?? 0;
  }
  return total;
}
