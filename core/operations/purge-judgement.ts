import type { Address } from "../address/address.ts";
import type { CatalogReader } from "../catalog/catalog.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { Instant } from "../kit/clock.ts";
import { objectsBefore, unfinishedApplies } from "../plan/unfinished-applies.ts";
import { type ExpiredPoints, expiredPoints } from "./expired-points.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { ResourceLookup } from "./resource-lookup.ts";

interface AskFacts {
  readonly resources: ResourceLookup;
  readonly addresses: readonly Address[];
  readonly at: Instant;
}

/** What vaults say of their points, by id. */
export interface KeptPoints {
  readonly storedAt: ReadonlyMap<string, Instant>;
  readonly whole: ReadonlySet<string>;
}

/**
 * Asks the vaults when they got each point, and whether they hold it whole, only where a date gives something up. Opens them
 * anew, so that the index is out of memory when they are collected.
 */
export async function askVaults(
  points: readonly RecoveryPoint[],
  { resources, addresses, at }: AskFacts,
  ports: Ports,
): Promise<KeptPoints> {
  const { signal } = ports;
  const whole = new Set<string>();
  const storedAt = new Map<string, Instant>();
  const first = expiredPoints(points, resources, { at, isWhole: () => true });
  const { expired, floor, graced, beginning } = first;
  const going = [...expired, ...floor, ...graced.due, ...beginning];
  if (going.length === 0) return { storedAt, whole };
  for (const address of addresses) {
    await using vault = await openVaultAt(address, resources, ports);
    const held = await vault.points({ signal });
    for (const point of held.points) storedAt.set(point.id, point.storedAt);
    const watch = new TaskProgress({ task: "prune", subject: address }, ports);
    const { pointIds, problems } = await vault.verify({ signal, watch });
    const broken = new Set(problems.flatMap((problem) => problem.points));
    for (const id of pointIds) if (!broken.has(id)) whole.add(id);
  }
  return { storedAt, whole };
}

/** What dates give up by one state of the catalog. */
export interface Judgement extends ExpiredPoints {
  readonly at: Instant;
  readonly serial: number;
  /** Of every state and vault. */
  readonly points: readonly RecoveryPoint[];
  readonly resources: ResourceLookup;
  /** What was recorded before applies that stopped half way; undefined where none did. */
  readonly before: ResourceLookup | undefined;
}

/**
 * By the catalog as it is now: to look through a vault takes hours, in which a backup can begin that builds on a point,
 * another be found suspect, or a legal hold be applied.
 */
export async function judgeNow(
  catalog: CatalogReader,
  { storedAt, whole }: KeptPoints,
  at: Instant,
): Promise<Judgement> {
  const state = await readAtOnce(catalog);
  const isWhole = ({ id }: { readonly id: string }): boolean => whole.has(id);
  const facts = { at, isWhole, storedAt, before: state.before };
  return { at, ...state, ...expiredPoints(state.points, state.resources, facts) };
}

/** Objects and points of one and the same state: rules of before an apply with points of after it would judge wrongly. */
async function readAtOnce(
  catalog: CatalogReader,
): Promise<Pick<Judgement, "serial" | "resources" | "points" | "before">> {
  for (;;) {
    const { serial } = await catalog.version();
    const objects = await catalog.objects();
    const points = await catalog.points();
    const unfinished = await unfinishedApplies(catalog);
    if ((await catalog.version()).serial !== serial) continue;
    const resources = new ResourceLookup(objects);
    const before =
      unfinished.length === 0 ? undefined : new ResourceLookup(objectsBefore(unfinished, objects));
    return { serial, resources, points, before };
  }
}

/** What of it lies in one vault. */
export function inVault(judgement: Judgement, address: Address): Judgement {
  const own = (point: RecoveryPoint): boolean => point.vault === address;
  const { graced } = judgement;
  return {
    ...judgement,
    expired: judgement.expired.filter(own),
    left: judgement.left.filter(own),
    frozen: judgement.frozen.filter(own),
    floor: judgement.floor.filter(own),
    beginning: judgement.beginning.filter(own),
    graced: {
      due: graced.due.filter(own),
      waiting: graced.waiting.filter(own),
      returned: graced.returned.filter(own),
    },
  };
}
