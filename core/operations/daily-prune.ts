import type { Address } from "../address/address.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { type Instant, toInstant } from "../kit/clock.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog, openProjectReader } from "./project.ts";
import { type PrunedVault, prune } from "./prune.ts";
import { ResourceLookup } from "./resource-lookup.ts";

const DAY = 24 * 60 * 60 * 1000;

/** When `run` prunes: each day at 06:00 UTC. */
const TIME_OF_DAY = 6 * 60 * 60 * 1000;

/** How often to look whether a lock is free. */
const LOOK_EVERY = 60_000;

/** The first time of a daily prune strictly after an instant. */
export function nextPrune(after: Instant): Instant {
  const today = Math.floor((after - TIME_OF_DAY) / DAY) * DAY + TIME_OF_DAY;
  return toInstant(today + DAY);
}

/**
 * Prunes one vault after the other, once nobody holds the catalog's lock, and waits where somebody takes it meanwhile. A vault that cannot be pruned is told to the
 * host, with its address, and keeps no other from it.
 */
export async function pruneEach(ports: Ports): Promise<readonly PrunedVault[]> {
  await waitForLock(ports);
  const pruned: PrunedVault[] = [];
  for (const address of await vaultsOf(ports)) {
    ports.signal.throwIfAborted();
    pruned.push(...(await tryPrune(address, ports)));
  }
  return pruned;
}

async function tryPrune(address: Address, ports: Ports): Promise<readonly PrunedVault[]> {
  try {
    const patience = { most: Number.POSITIVE_INFINITY, every: LOOK_EVERY };
    return await prune(ports, { only: address, patience });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const diagnostic = { ...error.diagnostic, address: error.diagnostic.address ?? address };
    ports.host.emit({ type: "diagnostic", diagnostic });
    return [];
  }
}

async function waitForLock(ports: Ports): Promise<void> {
  for (;;) {
    if (!(await isLocked(ports))) return;
    await ports.sleep(LOOK_EVERY, { signal: ports.signal });
  }
}

/** The lock of a process that died is none. */
async function isLocked(ports: Ports): Promise<boolean> {
  await using catalog = await openProjectCatalog(ports);
  const held = await catalog.heldLock();
  return held !== undefined && held.process !== "gone";
}

async function vaultsOf(ports: Ports): Promise<readonly Address[]> {
  await using catalog = await openProjectReader(ports);
  return [...new ResourceLookup(await catalog.objects()).all("vault")] as Address[];
}
