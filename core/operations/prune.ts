import type { Address } from "../address/address.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { hasCode } from "../diagnostics/caught.ts";
import { failure } from "../diagnostics/diagnostic.ts";
import { TaskProgress } from "../events/task-progress.ts";
import type { Instant } from "../kit/clock.ts";
import { freezesOf } from "../policy/tripwire/freeze.ts";
import { freezeDiagnostic } from "../policy/tripwire/freeze-diagnostic.ts";
import type { CollectionReport, Vault } from "../vault/vault.ts";
import type { ExpiredPoints } from "./expired-points.ts";
import type { GracedPoints } from "./graced-points.ts";
import { hidePoints } from "./hide-points.ts";
import { renewHotPoints } from "./hot-points.ts";
import type { Patience } from "./lock-when-free.ts";
import { openVaultAt } from "./open-vault.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog } from "./project.ts";
import { askVaults, inVault, type Judgement, judgeNow } from "./purge-judgement.ts";
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
  return eachVault(ports, {}, async ({ address, vault, judged }) => {
    const { expired, graced, left, resources, at } = judged;
    const points = [...expired, ...graced.due, ...left];
    const held = await vault.points({ signal: ports.signal });
    const stored = new Set([...held.points, ...held.damaged].map(({ id }) => id));
    const ids = points.map(({ id }) => id).filter((id) => stored.has(id));
    const { signal } = ports;
    const watch = new TaskProgress({ task: "prune", subject: address }, ports);
    const tiering = tieringOf(address, judged.points, { resources, at });
    const collection = await vault.planCollection(ids, { signal, tiering, watch });
    return { ...toldOf(judged), points, collection };
  });
}

/**
 * Removes the points that their retention gives up, then what no point needs, from every vault of the catalog. The catalog
 * hides all of them before the vault loses one, so a stop in between leaves no point that is listed and gone; the next prune
 * goes on. They are judged and hidden under the catalog's lock (CATALOG_LOCKED once another has had it for ten seconds),
 * and what an apply gave up cannot be undone any more from then on. By trusted time only (PRUNE_CLOCK_DIFFERS, PRUNE_CLOCK_BACK, VAULT_CLOCK_BACK), never of a set that a suspect point
 * froze, and never the newest point of a database that its vault holds whole.
 */
export function prune(ports: Ports, options: PruneOptions = {}): Promise<readonly PrunedVault[]> {
  return eachVault(ports, options, async ({ address, vault, catalog, judged, judge }) => {
    const { signal } = ports;
    const patience = options.patience ?? SOON;
    const decided = await hidePoints(judged, { catalog, judge, patience, ports });
    const { expired, graced, left, resources } = decided;
    const points = [...expired, ...graced.due, ...left];
    for (const point of points) {
      signal.throwIfAborted();
      await removeIfThere(vault, point.id, ports);
      const { id } = point;
      await catalog.write([
        { kind: "change_point", id, from: "tombstoned", patch: { state: "purged" } },
      ]);
    }
    const watch = new TaskProgress({ task: "prune", subject: address }, ports);
    const tiering = tieringOf(address, judged.points, { resources, at: judged.at });
    const collection = await vault.collect({ signal, tiering, watch });
    await renewHotPoints({ address, vault, resources }, ports);
    return { ...toldOf(decided), points, collection };
  });
}

/** Another prune has the lock for a moment, and an apply of a few changes not much longer. */
const SOON: Patience = { most: 10_000, every: 100 };

interface PruneOptions {
  /** Opens no other vault: what lies there counts as not whole, so that it keeps more than it would [all vaults]. */
  readonly only?: Address | undefined;
  /** How long to wait while somebody else has the catalog's lock [10 s]. */
  readonly patience?: Patience | undefined;
}

interface PruneTurn {
  readonly address: Address;
  readonly vault: Vault;
  readonly catalog: Catalog;
  /** Of this vault. Points that an earlier prune hid and did not come to remove are among them. */
  readonly judged: Judgement;
  /** The same by the catalog as it is now. */
  readonly judge: () => Promise<Judgement>;
}

type Vaults = ReadonlyMap<Address, Vault>;

async function eachVault(
  ports: Ports,
  { only }: PruneOptions,
  work: (turn: PruneTurn) => Promise<Omit<PrunedVault, "vault">>,
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
    const all = await judgeNow(catalog, kept, at);
    if (pruned.length === 0) tellFreezes(all, ports);
    const judged = inVault(all, address);
    const judge = async () => inVault(await judgeNow(catalog, kept, at), address);
    pruned.push({ vault: address, ...(await work({ address, vault, catalog, judged, judge })) });
  }
  return pruned;
}

/** What stays, and why. */
function toldOf({ graced, frozen, floor }: Judgement): Pick<PrunedVault, "graced" | "held"> {
  const { waiting, returned } = graced;
  return { graced: { waiting, returned }, held: { frozen, floor } };
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

function tellFreezes({ points, frozen, at }: Judgement, { host }: Ports): void {
  for (const freeze of freezesOf(points, at).values()) {
    const held = frozen.filter(({ backupSet }) => backupSet === freeze.backupSet).length;
    host.emit({ type: "diagnostic", diagnostic: freezeDiagnostic(freeze, held) });
  }
}

async function removeIfThere(vault: Vault, id: string, { signal }: Ports): Promise<void> {
  try {
    await vault.removePoint(id, { signal });
  } catch (error) {
    const isGone = hasCode(error, "POINT_NOT_FOUND");
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
