import assert from "node:assert/strict";
import { type Address, tryParseAddress } from "../../../core/address/address.ts";
import type { CatalogObject } from "../../../core/catalog/catalog.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import type {
  Configuration,
  DesiredResource,
  Lifecycle,
  Move,
  Removal,
} from "../../../core/config/configuration.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import {
  buildPlan,
  DEFAULT_PLAN_OPTIONS,
  type PlanOutcome,
} from "../../../core/plan/build-plan.ts";
import type { Plan, PlanOptions } from "../../../core/plan/plan.ts";
import { configurationOf, sampleResources } from "./sample-configuration.ts";

export const AT = toInstant(Date.UTC(2026, 10, 23));

export function address(text: string): Address {
  const parsed = tryParseAddress(text);
  assert.ok(parsed, text);
  return parsed;
}

function rangeAt(line: number) {
  const position = { line, column: 1, byte: 0 };
  return { filename: "moves.hcl", start: position, end: position };
}

/** `["a.x", "a.y"]`: the first was, the second is; each stands on a line of its own. */
export function movesOf(...pairs: readonly (readonly [string, string])[]): readonly Move[] {
  return pairs.map(([from, to], at) => ({ from, to, range: rangeAt(at + 1) }));
}

export function removal(from: string, facts: Partial<Removal> = {}): Removal {
  return { from, destroy: true, purge: false, range: rangeAt(9), ...facts };
}

/** A resource under another address, with another lifecycle where one is given. */
export function as(
  text: string,
  resource: DesiredResource,
  lifecycle: Partial<Lifecycle> = {},
): DesiredResource {
  return {
    ...resource,
    address: address(text),
    lifecycle: { ...resource.lifecycle, ...lifecycle },
  };
}

export function sample(text: string): DesiredResource {
  const found = sampleResources().find((each) => each.address === text);
  assert.ok(found, text);
  return found;
}

/** The sample with these instead of what has their type. */
export function sampleWith(...changed: readonly DesiredResource[]): readonly DesiredResource[] {
  const types = new Set(changed.map(({ type }) => type));
  return [...sampleResources().filter(({ type }) => !types.has(type)), ...changed];
}

export function recordedAs(resources: readonly DesiredResource[]): readonly CatalogObject[] {
  return resources.map(({ address: own, type, attributes, dependsOn, lifecycle, sensitive }) => ({
    address: own,
    type,
    attributes,
    dependsOn,
    ...(lifecycle.preventDestroy ? { preventDestroy: true } : {}),
    ...(sensitive.length > 0 ? { sensitive } : {}),
    appliedAt: AT,
  }));
}

export interface Given {
  readonly desired: readonly DesiredResource[];
  readonly recorded: readonly DesiredResource[];
  readonly points?: readonly RecoveryPoint[];
  readonly configuration?: Partial<Configuration>;
  readonly options?: Partial<PlanOptions>;
}

/** A plan without refresh. */
export function outcomeOf(given: Given): PlanOutcome {
  return buildPlan({
    configuration: { ...configurationOf(given.desired), ...given.configuration },
    recorded: {
      version: { lineage: "l", serial: 1 },
      objects: recordedAs(given.recorded),
      points: given.points ?? [],
    },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false, ...given.options },
    at: AT,
  });
}

export function planOf(given: Given): Plan {
  const { plan, diagnostics } = outcomeOf(given);
  assert.ok(plan, JSON.stringify(diagnostics));
  return plan;
}

/** `create server.orders`, `no-op a.x -> a.y` for all that is shown. */
export function linesOf({ changes }: Plan): readonly string[] {
  return changes.flatMap(({ action, address: own, previousAddress }) => {
    if (action === "no-op" && previousAddress === null) return [];
    return [`${action} ${previousAddress === null ? "" : `${previousAddress} -> `}${own}`];
  });
}

export function codesOf({ diagnostics }: PlanOutcome): readonly string[] {
  return diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
}
