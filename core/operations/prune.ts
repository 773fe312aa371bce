import type { Address } from "../address/address.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { withoutPurge } from "../catalog/graced-point.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { Instant } from "../kit/clock.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import { freezeDiagnostic } from "../policy/tripwire/freeze-diagnostic.ts";
import type { CollectionReport, Tiering, Vault } from "../vault/vault.ts";
import { type ExpiredPoints, expiredPoints } from "./expired-points.ts";
import type { GracedPoints } from "./graced-points.ts";
import { renewHotPoints } from "./hot-points.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog } from "./project.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { tieringOf } from "./tiering.ts";
import { trustedTime } from "./trusted-time.ts";

/** What pruning a vault took, or would take. */
export interface PrunedVault {
  readonly vault: Address;
  /** Points that their retention gives up, and those that an apply gave up and whose grace is over. */
  readonly points: readonly RecoveryPoint[];
  /** Points that an apply gave up: those that stay for now, and those that are listed again. */
  readonly graced: Omit<GracedPoints, "due">;
  /** Points that dates give up and that stay all the same. */
  readonly held: Pick<ExpiredPoints, "frozen" | "floor">;
  readonly collection: CollectionReport;
}

/** What `prune` would do now: exact to the byte as long as no backup runs. Changes nothing. */
export function planPrune(ports: Ports): Promise<readonly PrunedVault[]> {
  return eachVault(ports, {}, async ({ address, vault, expired, left, graced, tiering }) => {
    const points = [...expired, ...graced.due, ...left];
    const held = await vault.points({ signal: ports.signal });
    const stored = new Set([...held.points, ...held.damaged].map(({ id }) => id));
    const ids = points.map(({ id }) => id).filter((id) => stored.has(id));
    const { signal } = ports;
    const watch = new TaskProgress({ task: "prune", subject: address }, ports);
    const collection = await vault.planCollection(ids, { signal, tiering, watch });
    return { points, collection, graced };
  });
}

/**
 * Removes the points that their retention gives up, then what no point needs, from every vault of the catalog. The catalog
 * hides a point before the vault does, so a stop in between leaves no point that is listed and gone; the next prune goes
 * on. What an apply gave up stays until its grace is over, and from then on cannot be undone any more. By trusted time only (PRUNE_CLOCK_DIFFERS, PRUNE_CLOCK_BACK, VAULT_CLOCK_BACK), never of a set that a suspect point
 * froze, and never the newest point of a database that its vault holds whole.
 */
export function prune(ports: Ports, options: PruneOptions = {}): Promise<readonly PrunedVault[]> {
  return eachVault(ports, options, async (turn) => {
    const { address, resources, vault, catalog, expired, left, tiering } = turn;
    const { signal } = ports;
    const { due, returned } = await settleGraces(turn);
    const points = [...expired, ...due, ...left];
    for (const point of expired) {
      signal.throwIfAborted();
      await catalog.write([{ kind: "put_point", point: { ...point, state: "tombstoned" } }]);
    }
    for (const point of points) {
      signal.throwIfAborted();
      await removeIfThere(vault, point.id, ports);
      await catalog.write([{ kind: "put_point", point: { ...point, state: "purged" } }]);
    }
    const watch = new TaskProgress({ task: "prune", subject: address }, ports);
    const collection = await vault.collect({ signal, tiering, watch });
    await renewHotPoints({ address, vault, resources }, ports);
    return { points, collection, graced: { waiting: turn.graced.waiting, returned } };
  });
}

interface PruneOptions {
  /** Opens no other vault: what lies there counts as not whole, so that it keeps more than it would [all vaults]. */
  readonly only?: Address | undefined;
}

interface PruneTurn {
  readonly address: Address;
  readonly resources: ResourceLookup;
  readonly vault: Vault;
  readonly catalog: Catalog;
  readonly expired: readonly RecoveryPoint[];
  /** Points that an earlier prune hid and did not come to remove. */
  readonly left: readonly RecoveryPoint[];
  readonly graced: GracedPoints;
  /** The same by the catalog as it is now. */
  readonly judgeGraced: () => Promise<GracedPoints>;
  readonly tiering: Tiering | undefined;
}

/**
 * The last word on points that an apply gave up, under the lock that an apply and an undo need, too: what is listed again
 * by a rule that was cut meanwhile would go without a grace. CATALOG_LOCKED.
 */
async function settleGraces({ catalog, graced, judgeGraced }: PruneTurn) {
  if (graced.due.length + graced.returned.length === 0) return { due: [], returned: [] };
  await using _lock = await catalog.lock("prune");
  const judged = await judgeGraced();
  const due = judged.due.map(withoutPurge);
  const returned = judged.returned.map(
    (point): RecoveryPoint => ({ ...withoutPurge(point), state: "listed" }),
  );
  await catalog.write([...due, ...returned].map((point) => ({ kind: "put_point", point })));
  return { due, returned: judged.returned };
}

type Vaults = ReadonlyMap<Address, Vault>;

async function eachVault(
  ports: Ports,
  { only }: PruneOptions,
  work: (turn: PruneTurn) => Promise<Omit<PrunedVault, "vault" | "held">>,
): Promise<readonly PrunedVault[]> {
  await using catalog = await openProjectCatalog(ports);
  const resources = new ResourceLookup(await catalog.objects());
  await using opened = new AsyncDisposableStack();
  const vaults = new Map<Address, Vault>();
  for (const address of resources.all("vault")) {
    if (only !== undefined && address !== only) continue;
    vaults.set(address, opened.use(await openVaultAt(address, resources, ports)));
  }
  if (vaults.size === 0) throw noVault();
  const points = await catalog.points();
  const at = await readTime(vaults, points, ports);
  const kept = await askVaults(points, { resources, addresses: [...vaults.keys()], at }, ports);
  const pruned: PrunedVault[] = [];
  for (const [address, vault] of vaults) {
    const judged = await judgeNow(catalog, kept, at);
    if (pruned.length === 0) tellFreezes(judged.points, { at, ...judged }, ports);
    const own = (point: RecoveryPoint): boolean => point.vault === address;
    const held = { frozen: judged.frozen.filter(own), floor: judged.floor.filter(own) };
    const gracedIn = ({ graced }: Judged): GracedPoints => ({
      due: graced.due.filter(own),
      waiting: graced.waiting.filter(own),
      returned: graced.returned.filter(own),
    });
    const turn = {
      expired: judged.expired.filter(own),
      left: judged.left.filter(own),
      graced: gracedIn(judged),
      judgeGraced: async () => gracedIn(await judgeNow(catalog, kept, at)),
      tiering: tieringOf(address, judged.points, { resources: judged.resources, at }),
    };
    pruned.push({
      vault: address,
      held,
      ...(await work({ address, resources, vault, catalog, ...turn })),
    });
  }
  return pruned;
}

/** The earliest that this machine and the stores say. */
async function readTime(
  vaults: Vaults,
  points: readonly RecoveryPoint[],
  { clock, signal }: Ports,
): Promise<Instant> {
  let at = clock.now();
  for (const [address, vault] of vaults) {
    const store = await vault.storeTime({ signal });
    const own = points.filter((point) => point.vault === address);
    const trusted = trustedTime({ program: clock.now(), store, points: own });
    if (trusted < at) at = trusted;
  }
  return at;
}

interface JudgeFacts {
  readonly resources: ResourceLookup;
  readonly addresses: readonly Address[];
  readonly at: Instant;
}

/** What vaults say of their points, by id. */
interface KeptPoints {
  readonly storedAt: ReadonlyMap<string, Instant>;
  readonly whole: ReadonlySet<string>;
}

/**
 * Asks the vaults when they got each point, and whether they hold it whole, only where a date gives something up. Opens them
 * anew, so that the index is out of memory when they are collected.
 */
async function askVaults(
  points: readonly RecoveryPoint[],
  { resources, addresses, at }: JudgeFacts,
  ports: Ports,
): Promise<KeptPoints> {
  const { signal } = ports;
  const whole = new Set<string>();
  const storedAt = new Map<string, Instant>();
  const first = expiredPoints(points, resources, { at, isWhole: () => true });
  const going = [...first.expired, ...first.floor, ...first.graced.due];
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

interface Judged extends ExpiredPoints {
  readonly points: readonly RecoveryPoint[];
  readonly resources: ResourceLookup;
}

/**
 * By the catalog as it is now: to look through a vault takes hours, in which a backup can begin that builds on a point,
 * another be found suspect, or a legal hold be applied.
 */
async function judgeNow(
  catalog: Catalog,
  { storedAt, whole }: KeptPoints,
  at: Instant,
): Promise<Judged> {
  const { resources, points } = await readAtOnce(catalog);
  const isWhole = ({ id }: { readonly id: string }): boolean => whole.has(id);
  return { points, resources, ...expiredPoints(points, resources, { at, isWhole, storedAt }) };
}

/** Objects and points of one and the same state: rules of before an apply with points of after it would judge wrongly. */
async function readAtOnce(catalog: Catalog): Promise<Pick<Judged, "resources" | "points">> {
  for (;;) {
    const { serial } = await catalog.version();
    const resources = new ResourceLookup(await catalog.objects());
    const points = await catalog.points();
    if ((await catalog.version()).serial === serial) return { resources, points };
  }
}

function tellFreezes(
  points: readonly RecoveryPoint[],
  { at, frozen }: Pick<ExpiredPoints, "frozen"> & { readonly at: Instant },
  { host }: Ports,
): void {
  for (const freeze of freezesOf(points, at).values()) {
    const held = frozen.filter(({ backupSet }) => backupSet === freeze.backupSet).length;
    host.emit({ type: "diagnostic", diagnostic: freezeDiagnostic(freeze, held) });
  }
}

async function removeIfThere(vault: Vault, id: string, { signal }: Ports): Promise<void> {
  try {
    await vault.removePoint(id, { signal });
  } catch (error) {
    const isGone = error instanceof DiagnosticError && error.diagnostic.code === "POINT_NOT_FOUND";
    if (!isGone) throw error;
  }
}

function noVault() {
  return failure({
    code: "BACKUP_NOT_CONFIGURED",
    summary: "No vault",
    detail: "The catalog has no vault to prune. Write one, then run:\n\n    holdfast apply",
  });
}
