import { hasCode } from "../diagnostics/caught.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { type BlobName, type BlobStore, parseBlobName } from "../storage/blob-store.ts";
import { copyPrefix } from "../storage/hot-blobs.ts";
import type { Vault } from "../vault/vault.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";

/**
 * Beside the copies of packs lies a note for each point that was made or pruned on this machine: the names of the packs that
 * a restore of it reads. So a listing can tell which points are hot, without the vault and its key.
 */
const NOTES = "hot-points/";

export interface NotedVault {
  readonly address: string;
  readonly vault: Pick<Vault, "packsOf" | "contents">;
  readonly resources: ResourceLookup;
}

/** Notes new points where the vault has a hot tier. Trouble costs only that they are not shown as hot. */
export async function noteHotPoints(
  noted: NotedVault,
  ids: readonly string[],
  ports: ReadingPorts,
): Promise<void> {
  await withCopies(noted, ports, async (near) => {
    for (const id of ids) await note(near, { id, vault: noted.vault }, ports);
  });
}

/**
 * Forgets points that are gone, and notes those anew of which a pack went: a collection writes packs anew. To find the packs
 * of a point takes a walk over its listings, so a note whose packs are all there stays.
 */
export async function renewHotPoints(noted: NotedVault, ports: ReadingPorts): Promise<void> {
  await withCopies(noted, ports, async (near) => {
    const { signal } = ports;
    const notes = await Array.fromAsync(near.list(NOTES, { signal }));
    if (notes.length === 0) return;
    const { points, packs } = await noted.vault.contents({ signal });
    for (const { name } of notes) {
      const id = name.slice(NOTES.length);
      const isThere = points.has(id);
      const named = isThere ? decode(await near.get(name, { signal })) : [];
      if (isThere && named.every((pack) => packs.has(pack))) continue;
      await near.remove(name, { signal });
      if (isThere) await note(near, { id, vault: noted.vault }, ports);
    }
  });
}

/** The ids of points of which every pack has a copy near by. */
export async function findHotPoints(
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<ReadonlySet<string>> {
  const hot = new Set<string>();
  const { signal } = ports;
  for (const address of resources.all("vault")) {
    await withCopies({ address, resources }, ports, async (near) => {
      const prefix = copyPrefix("packs/");
      const copies = new Set<string>();
      for await (const { name } of near.list(prefix, { signal }))
        copies.add(name.slice(name.lastIndexOf("/") + 1));
      for await (const { name } of near.list(NOTES, { signal })) {
        const packs = decode(await near.get(name, { signal }));
        if (packs.every((pack) => copies.has(pack))) hot.add(name.slice(NOTES.length));
      }
    });
  }
  return hot;
}

async function note(
  near: BlobStore,
  { id, vault }: { readonly id: string; readonly vault: NotedVault["vault"] },
  { signal }: ReadingPorts,
): Promise<void> {
  try {
    const packs = await vault.packsOf(id, { signal });
    await near.put(noteName(id), [Buffer.from(packs.join("\n"))], { signal });
  } catch (error) {
    if (!hasCode(error, "POINT_NOT_FOUND") && !hasCode(error, "STORE_EXISTS")) throw error;
  }
}

async function withCopies(
  { address, resources }: Omit<NotedVault, "vault">,
  ports: ReadingPorts,
  work: (near: BlobStore) => Promise<void>,
): Promise<void> {
  const hot = resources.tryGet(address, "vault")?.tiers.hot ?? null;
  if (hot === null) return;
  try {
    await using near = await ports.openFolderStore(ports.files.resolve(hot.path));
    await work(near);
  } catch (error) {
    ports.signal.throwIfAborted();
    if (!(error instanceof DiagnosticError)) throw error;
  }
}

function noteName(id: string): BlobName {
  return parseBlobName(`${NOTES}${id}`);
}

function decode(bytes: Uint8Array): readonly string[] {
  return Buffer.from(bytes).toString("latin1").split("\n");
}
