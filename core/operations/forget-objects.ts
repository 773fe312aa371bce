import { type Address, compareAddresses } from "../address/address.ts";
import { requireNoOpenJob } from "../apply/open-jobs.ts";
import type { CatalogObject, CatalogReader } from "../catalog/catalog.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { referencesOf } from "../plan/references.ts";
import type { Ports } from "./ports.ts";
import { openProjectCatalog, openProjectReader } from "./project.ts";
import { requireNoRule } from "./require-no-rule.ts";
import { selectObjects } from "./select-objects.ts";

export interface Forgetting {
  readonly forgotten: readonly Address[];
  /** Recovery points of what is forgotten: they stay in their vaults, and no retention says when they go. */
  readonly orphans: readonly RecoveryPoint[];
  /** Vaults among what is forgotten that hold recovery points: until they are recorded again none of these can be restored. */
  readonly unreachable: readonly { readonly vault: Address; readonly points: number }[];
}

/** What `forgetObjects` would do; changes nothing. Throws as that does. */
export async function planForgetting(texts: readonly string[], ports: Ports): Promise<Forgetting> {
  await using catalog = await openProjectReader(ports);
  return await decide(texts, catalog, ports);
}

/**
 * Takes objects out of the catalog and leaves everything else as it is, in one write under the catalog's lock: servers,
 * vaults and recovery points. STATE_NOT_FOUND, STATE_REFERENCED, STATE_PREVENTED, APPLY_JOB_RUNNING, CATALOG_LOCKED.
 */
export async function forgetObjects(texts: readonly string[], ports: Ports): Promise<Forgetting> {
  await using catalog = await openProjectCatalog(ports);
  // What is refused leaves no trace, not even of a lock.
  await decide(texts, catalog, ports);
  await using _lock = await catalog.lock("state rm");
  const forgetting = await decide(texts, catalog, ports);
  await catalog.write(forgetting.forgotten.map((address) => ({ kind: "remove_object", address })));
  return forgetting;
}

async function decide(
  texts: readonly string[],
  catalog: CatalogReader,
  ports: Ports,
): Promise<Forgetting> {
  const objects = await catalog.objects();
  const recorded = objects.map(({ address }) => address);
  const chosen = new Set(texts.flatMap((text) => selectObjects(text, recorded)));
  requireUnprotected(objects, chosen);
  requireNoRule(chosen, "forgotten");
  requireUnreferenced(objects, chosen);
  const [jobs, points] = [await catalog.jobs(), await catalog.points()];
  requireNoOpenJob(chosen, { jobs, points, isAlive: (worker) => ports.isAlive(worker) });
  const present = points.filter(({ state }) => state === "listed");
  const vaults = Map.groupBy(present, ({ vault }) => vault);
  return {
    forgotten: [...chosen].toSorted(compareAddresses),
    orphans: present.filter(({ backupSet }) => chosen.has(backupSet)),
    unreachable: [...vaults].flatMap(([vault, { length }]) =>
      chosen.has(vault) ? [{ vault, points: length }] : [],
    ),
  };
}

function requireUnprotected(objects: readonly CatalogObject[], chosen: ReadonlySet<Address>): void {
  const kept = objects.find(
    ({ address, preventDestroy }) => chosen.has(address) && preventDestroy === true,
  );
  if (kept === undefined) return;
  const { address } = kept;
  throw failure({
    code: "STATE_PREVENTED",
    summary: "Object must not be destroyed",
    detail: `prevent_destroy was recorded with ${address} when it was applied. Nothing was changed. If it really is to be forgotten, write its block with prevent_destroy = false, run holdfast apply, and run this command again.`,
    address,
  });
}

function requireUnreferenced(
  objects: readonly CatalogObject[],
  chosen: ReadonlySet<Address>,
): void {
  const uses = objects
    .filter(({ address }) => !chosen.has(address))
    .flatMap((object) => {
      const needed = new Set<string>([...object.dependsOn, ...referencesOf(object)]);
      return [...chosen]
        .filter((address) => needed.has(address))
        .map((address) => ({ by: object.address, address }));
    });
  if (uses.length > 0) throw referenced(uses);
}

function referenced(
  uses: readonly { readonly by: Address; readonly address: Address }[],
): DiagnosticError {
  const lines = uses.map(({ by, address }) => `    ${by} refers to ${address}`);
  return failure({
    code: "STATE_REFERENCED",
    summary: "Object in use",
    detail: `What is recorded would refer to something that is not:\n\n${lines.join("\n")}\n\nNothing was changed. Forget these objects too, in the same command, or let them refer to another object first and run holdfast apply.`,
    address: uses[0]?.address,
  });
}
