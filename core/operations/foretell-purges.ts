import type { Address } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type Diagnostic, DiagnosticError, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { Plan, ResourceChange } from "../plan/plan.ts";
import type { VaultOutlook } from "../plan/points/outlook.ts";
import type { VaultFacts } from "../plan/points/set-facts.ts";
import { type ExpiredPoints, expiredPoints } from "./expired-points.ts";
import { openVaultReader } from "./open-vault-reader.ts";
import type { ReadingPorts } from "./ports.ts";
import { ResourceLookup } from "./resource-lookup.ts";
import { tieringOf } from "./tiering.ts";

type Objects = ConstructorParameters<typeof ResourceLookup>[0];

/** What a plan is made from, under the addresses that hold once it is applied. */
export interface PlannedState {
  /** As recorded. */
  readonly objects: Objects;
  readonly points: readonly RecoveryPoint[];
}

/** What the vaults say before anything is purged. */
export interface AskedVaults extends VaultFacts {
  /** Why a vault did not answer. */
  readonly failures: ReadonlyMap<Address, Diagnostic>;
}

/**
 * Asks the vaults of all backup sets from which a plan purges points when they got each point, and which they hold whole. Reads
 * only. A vault that does not answer is not held against the plan: the catalog's word counts for its points.
 */
export async function askVaults(
  plan: Plan,
  { objects, points }: PlannedState,
  ports: ReadingPorts,
): Promise<AskedVaults> {
  const resources = new ResourceLookup(objects);
  const storedAt = new Map<string, Instant>();
  const known = new Set<string>();
  const whole = new Set<string>();
  const failures = new Map<Address, Diagnostic>();
  for (const address of vaultsToAsk(plan, points, resources)) {
    const failed = await answered(async () => {
      await using vault = await openVaultReader(address, resources, ports);
      const held = await vault.points({ signal: ports.signal });
      const { pointIds, problems } = await vault.verify({ signal: ports.signal });
      const broken = new Set(problems.flatMap((problem) => problem.points));
      for (const point of held.points) storedAt.set(point.id, point.storedAt);
      for (const id of pointIds) if (!broken.has(id)) whole.add(id);
      for (const { id, vault: own } of points) if (own === address) known.add(id);
    });
    if (failed !== undefined) failures.set(address, failed);
  }
  return { storedAt, isWhole: (id) => (known.has(id) ? whole.has(id) : undefined), failures };
}

function vaultsToAsk(
  { recoveryPointChanges }: Plan,
  points: readonly RecoveryPoint[],
  resources: ResourceLookup,
): readonly Address[] {
  const sets = new Set(
    recoveryPointChanges.flatMap((each) => (each.change === "purge" ? [each.backupSet] : [])),
  );
  const vaults = new Set<Address>();
  for (const { state, backupSet, vault } of points) {
    if (state === "listed" && sets.has(backupSet)) vaults.add(vault);
  }
  return [...vaults].filter((each) => resources.tryGet(each, "vault") !== undefined).sort();
}

async function answered(ask: () => Promise<void>): Promise<Diagnostic | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostic;
    throw error;
  }
}

/**
 * The plan with the bytes that it frees: what a prune collects once the grace of its purges is over, less what a prune
 * collects without it. Exact as long as nobody else writes. PLAN_BYTES_UNKNOWN for each vault that does not answer.
 */
export async function foretellBytes(
  plan: Plan,
  asked: AskedVaults,
  { state, ports }: { readonly state: PlannedState; readonly ports: ReadingPorts },
): Promise<Plan> {
  const foretold: Foretold = { plan, asked, before: state, after: applied(plan, state) };
  const vaults: VaultOutlook[] = [];
  const diagnostics: Diagnostic[] = [];
  const recorded = new Set(state.objects.map(({ address }) => address));
  for (const vault of plan.points.vaults) {
    if (!recorded.has(vault.vault)) {
      diagnostics.push(bytesUnknown(vault.vault, "unrecorded"));
      vaults.push({ ...vault, unknown: "not_asked" });
      continue;
    }
    let bytes: Pick<VaultOutlook, "freedBytes" | "overdueBytes"> | undefined;
    const failed =
      asked.failures.get(vault.vault) ??
      (await answered(async () => {
        bytes = await bytesOf(vault.vault, foretold, ports);
      }));
    if (failed !== undefined) diagnostics.push(bytesUnknown(vault.vault, failed));
    vaults.push({ ...vault, unknown: bytes === undefined ? "unreachable" : null, ...bytes });
  }
  return {
    ...plan,
    points: { ...plan.points, vaults },
    diagnostics: [...plan.diagnostics, ...diagnostics],
  };
}

interface Foretold {
  readonly plan: Plan;
  readonly asked: AskedVaults;
  readonly before: PlannedState;
  /** Once the plan is applied and the grace of its purges is over. */
  readonly after: PlannedState;
}

function applied(plan: Plan, { objects, points }: PlannedState): PlannedState {
  const after = new Map(objects.map((each) => [each.address, each]));
  for (const change of plan.changes) note(change, after);
  const purges = plan.recoveryPointChanges.filter(({ change }) => change === "purge");
  const purged = new Set(purges.map(({ id }) => id));
  const purge = { apply: "", at: plan.createdAt, after: plan.createdAt };
  return {
    objects: [...after.values()],
    points: points.map((point): RecoveryPoint => {
      return purged.has(point.id) ? { ...point, state: "tombstoned", purge } : point;
    }),
  };
}

function note(
  { address, type, after: attributes }: ResourceChange,
  objects: Map<Address, Objects[number]>,
): void {
  if (attributes === null) objects.delete(address);
  else objects.set(address, { address, type, attributes });
}

async function bytesOf(
  address: Address,
  { plan, asked, before, after }: Foretold,
  ports: ReadingPorts,
): Promise<Pick<VaultOutlook, "freedBytes" | "overdueBytes">> {
  const at = plan.createdAt;
  const { signal } = ports;
  await using vault = await openVaultReader(address, new ResourceLookup(before.objects), ports);
  const held = await vault.points({ signal });
  const stored = new Set([...held.points, ...held.damaged].map(({ id }) => id));
  const isWhole = ({ id }: { readonly id: string }): boolean => asked.isWhole(id) ?? true;
  const collect = async ({ objects, points }: PlannedState): Promise<number> => {
    const resources = new ResourceLookup(objects);
    const going = goingFrom(points, (left) =>
      expiredPoints(left, resources, { at, isWhole, storedAt: asked.storedAt }),
    );
    const own = points.filter(({ id, vault: place }) => place === address && going.has(id));
    const ids = own.map(({ id }) => id).filter((id) => stored.has(id));
    const tiering = tieringOf(address, points, { resources, at });
    return (await vault.planCollection(ids, { signal, tiering })).freedBytes;
  };
  const overdueBytes = await collect(before);
  return { overdueBytes, freedBytes: (await collect(after)) - overdueBytes };
}

/** Ids of all that prunes remove: what needed a point may go before it. */
function goingFrom(
  points: readonly RecoveryPoint[],
  judge: (points: readonly RecoveryPoint[]) => ExpiredPoints,
): ReadonlySet<string> {
  const going = new Set<string>();
  for (;;) {
    const { expired, left, graced } = judge(
      points.map((point) => (going.has(point.id) ? { ...point, state: "purged" } : point)),
    );
    const known = going.size;
    for (const { id } of [...expired, ...left, ...graced.due]) going.add(id);
    if (going.size === known) return going;
  }
}

/** Of a vault that does not answer, and of one that is known once the plan is applied, as after the loss of a catalog. */
function bytesUnknown(address: Address, failure: Diagnostic | "unrecorded"): Diagnostic {
  const isNew = failure === "unrecorded";
  const why = isNew
    ? `The catalog does not have ${address} before this plan is applied`
    : `${address} did not answer`;
  const detail = isNew ? "" : ` ${failure.detail}`;
  return warningDiagnostic({
    code: "PLAN_BYTES_UNKNOWN",
    summary: "Freed bytes not known",
    detail: `${why}, so nobody knows how many bytes the purges of this plan free there, and whether a newer point of each database is whole was taken from the catalog.${detail}`,
    address,
  });
}
