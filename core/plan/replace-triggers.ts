import { type Address, blockOfAddress } from "../address/address.ts";
import type { AttributePath, DesiredResource, ReplaceTrigger } from "../config/configuration.ts";
import type { Sides } from "./named-objects.ts";
import type { ResourceChange } from "./plan.ts";

/** Replaces what `replace_triggered_by` says, also where one such replacement brings about the next. */
export function withTriggers(
  changes: readonly ResourceChange[],
  desired: Sides["desired"],
): readonly ResourceChange[] {
  const current = new Map<Address, ResourceChange>(changes.map((each) => [each.address, each]));
  const byBlock = Map.groupBy(
    changes.map(({ address }) => address),
    blockOfAddress,
  );
  const meant = (trigger: ReplaceTrigger): readonly ResourceChange[] => {
    const named = byBlock.get(trigger.address) ?? [trigger.address];
    return named.flatMap((address) => {
      const change = current.get(address);
      return change !== undefined && fires(trigger.path, change) ? [change] : [];
    });
  };
  const waiting = changes.filter(
    ({ address, action }) =>
      (action === "no-op" || action === "update") &&
      (desired.get(address)?.lifecycle.replaceTriggeredBy.length ?? 0) > 0,
  );
  for (let isSettled = waiting.length === 0; !isSettled; ) {
    isSettled = true;
    for (const { address } of waiting) {
      const change = current.get(address);
      if (change === undefined || change.action === "replace") continue;
      const replaced = triggered(change, desired.get(address), meant);
      if (replaced === undefined) continue;
      current.set(address, replaced);
      isSettled = false;
    }
  }
  return [...current.values()];
}

function triggered(
  change: ResourceChange,
  desired: DesiredResource | undefined,
  meant: (trigger: ReplaceTrigger) => readonly ResourceChange[],
): ResourceChange | undefined {
  const replaceReasons = (desired?.lifecycle.replaceTriggeredBy ?? []).flatMap((trigger) =>
    meant(trigger).map((other) => reasonOf(trigger, other)),
  );
  return replaceReasons.length === 0 ? undefined : { ...change, action: "replace", replaceReasons };
}

/** As in Terraform: an update or a replacement of the object, or another value of the argument. */
function fires(path: AttributePath, change: ResourceChange): boolean {
  if (change.action !== "update" && change.action !== "replace") return false;
  return (
    path.length === 0 ||
    change.changed.some((each) => startsWith(each, path) || startsWith(path, each))
  );
}

function reasonOf({ path }: ReplaceTrigger, { address, action }: ResourceChange) {
  const what = path.length === 0 ? address : `${address}.${path.join(".")}`;
  return { path: [], why: `replace_triggered_by names ${what}, which is ${action}d` };
}

/** The objects whose replacement is made first: those that say so, and all that they need, as in Terraform. */
export function madeFirst(desired: Sides["desired"]): ReadonlySet<Address> {
  const found = new Set<Address>();
  const open = [...desired.values()].filter(({ lifecycle }) => lifecycle.createBeforeDestroy);
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (found.has(each.address)) continue;
    found.add(each.address);
    open.push(...each.dependsOn.flatMap((needed) => desired.get(needed) ?? []));
  }
  return found;
}

function startsWith(path: AttributePath, beginning: AttributePath): boolean {
  return beginning.every((name, at) => path[at] === name);
}
