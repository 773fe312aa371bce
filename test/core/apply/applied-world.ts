import assert from "node:assert/strict";
import { type Address, formatAddress } from "../../../core/address/address.ts";
import type { Catalog } from "../../../core/catalog/catalog.ts";
import { createMemoryCatalog } from "../../../core/catalog/memory-catalog.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import type { DesiredResource } from "../../../core/config/configuration.ts";
import { silentHost } from "../../../core/events/host.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { Plan, PlanOptions } from "../../../core/plan/plan.ts";
import type { RecoveryPointChange } from "../../../core/plan/points/outlook.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import { movesOf } from "../plan/planning.ts";
import { configurationOf, sampleResources } from "../plan/sample-configuration.ts";

/** An empty catalog, and what an apply needs besides. */
export function newWorld() {
  const clock = { now: () => toInstant(1_000) };
  return { catalog: createMemoryCatalog({ lineage: "l", clock }), host: silentHost, clock };
}

type Moves = readonly (readonly [string, string])[];

export async function planOf(
  catalog: Catalog,
  resources: readonly DesiredResource[],
  { moves = [], ...options }: Partial<PlanOptions> & { readonly moves?: Moves } = {},
): Promise<Plan> {
  const { plan, diagnostics } = buildPlan({
    configuration: { ...configurationOf(resources), moves: movesOf(...moves) },
    recorded: {
      version: await catalog.version(),
      objects: await catalog.objects(),
      points: await catalog.points(),
    },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false, ...options },
    at: toInstant(1_000),
  });
  assert.ok(plan, JSON.stringify(diagnostics));
  return plan;
}

interface Purge {
  readonly kept: number;
  readonly given: number;
  readonly startedAt?: number | undefined;
  /** The set of the points, where it is recorded no more. */
  readonly orphan?: Address | undefined;
}

/** Records points, and plans to keep the newest of them only; with a cut retention, unless they are orphans. */
export async function purging(catalog: Catalog, { kept, given, startedAt = 0, orphan }: Purge) {
  const backupSet = orphan ?? formatAddress("backup_set", "orders");
  const made = Array.from({ length: kept + given }, (_, at) =>
    samplePoint(`p${at}`, startedAt + at, { backupSet }),
  );
  await catalog.write(made.map((point) => ({ kind: "put_point", point })));
  const resources = sampleResources().map((each) =>
    each.type === "retention" && orphan === undefined
      ? { ...each, attributes: { ...each.attributes, daily: 1 } }
      : each,
  );
  const plan = await planOf(catalog, resources);
  const grace = 7 * 86_400_000;
  const points = made.slice(0, given);
  const recoveryPointChanges = points.map(purgeOf);
  return {
    plan: { ...plan, recoveryPointChanges, points: { ...plan.points, grace } },
    points: points.map(({ id }) => id).toSorted(),
  };
}

function purgeOf(point: RecoveryPoint): RecoveryPointChange {
  const { id, backupSet, server, vault, database, type, createdAt, bytesStored } = point;
  return {
    id,
    backupSet,
    server,
    vault,
    database,
    type,
    createdAt,
    change: "purge",
    reason: "expired",
    pinnedBy: [],
    expiresBefore: null,
    expiresAfter: null,
    isNewest: false,
    bytesStored,
  };
}
