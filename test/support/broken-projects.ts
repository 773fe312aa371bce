import assert from "node:assert/strict";
import { backUp } from "../../core/operations/backup.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { prune } from "../../core/operations/prune.ts";
import { rebuildCatalog } from "../../core/operations/rebuild-catalog.ts";
import { restorePoint } from "../../core/operations/restore.ts";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import { openVault, parseVaultKey } from "../../core/vault/vault.ts";
import { createAppliedWorld } from "./applied-world.ts";
import type { BreakableWork } from "./break-every-call.ts";
import { createWorld, EXAMPLE, type MemoryWorld } from "./memory-ports.ts";
import { HOUR } from "./turned-clock.ts";
import type { TurnedStore } from "./turned-store.ts";
import { type Blobs, blobsOf, vaultOptions } from "./vault.ts";

const KEY = parseVaultKey("7e57".repeat(16));
const NOW = { backupSet: "orders", trigger: "manual" } as const;
const REBUILD = { dryRun: false, listPurged: false, variables: [] };

/** The same world, whose vault lies in another store. */
function portsOn(world: MemoryWorld, store: BlobStore, signal = world.ports.signal): Ports {
  const { ports } = world;
  // The store of an attempt is two hours ahead of this machine.
  world.time = Date.now() + 2 * HOUR;
  return { ...ports, signal, openFolderStore: () => Promise.resolve(undisposed(store)) };
}

function undisposed(store: BlobStore): BlobStore {
  return {
    put: (name, parts, options) => store.put(name, parts, options),
    get: (name, options) => store.get(name, options),
    head: (name, options) => store.head(name, options),
    list: (prefix, options) => store.list(prefix, options),
    remove: (name, options) => store.remove(name, options),
    setTier: (name, tier, options) => store.setTier(name, tier, options),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function backedUp(): Promise<MemoryWorld> {
  const world = await createAppliedWorld();
  world.time = Date.now();
  assert.equal((await backUp(NOW, world.ports)).status, "successful");
  return world;
}

/** After the catalog's file was lost: the vault and the server are there, and nothing else is known. */
async function withoutCatalog(): Promise<MemoryWorld> {
  const old = await backedUp();
  const world = createWorld(EXAMPLE);
  world.time = old.time + 1000;
  for (const [name, tables] of old.server.contents) world.server.contents.set(name, tables);
  for await (const { name } of old.store.list(""))
    await world.store.put(name, [await old.store.get(name)]);
  return world;
}

async function assertWhole(store: BlobStore): Promise<void> {
  const vault = await openVault(store, KEY, vaultOptions("look"));
  assert.deepEqual((await vault.verify({ readData: 1 })).problems, []);
}

/** Every point that the catalog lists is in the vault and restores. */
async function assertRestores(world: MemoryWorld, store: BlobStore): Promise<number> {
  const listed = (await world.catalog.points()).filter(({ state }) => state === "listed");
  for (const [at, { id }] of listed.entries()) {
    const asked = { point: id, to: "orders", as: `copy ${at} ${world.time}` };
    const { job } = await restorePoint(asked, portsOn(world, store));
    assert.equal(job.status, "successful", `${id} does not restore`);
  }
  return listed.length;
}

/** A use case that is run on a project whose vault breaks. */
interface ProjectOperation {
  readonly title: string;
  readonly least: number;
  readonly prepare: () => Promise<MemoryWorld>;
  readonly run: (ports: Ports) => Promise<unknown>;
  /** After the fault, and after the second run. */
  readonly check: (world: MemoryWorld, store: BlobStore) => Promise<void>;
  /** After the second run. */
  readonly finish: (world: MemoryWorld, store: TurnedStore) => Promise<void>;
}

const PROJECT_OPERATIONS: readonly ProjectOperation[] = [
  {
    title: "a backup of two databases",
    least: 20,
    prepare: backedUp,
    run: (ports) => backUp(NOW, ports),
    check: async (world, store) => {
      await assertWhole(store);
      assert.ok((await assertRestores(world, store)) >= 2, "an earlier point is lost");
    },
    finish: async (world, store) => {
      const { status } = await backUp(NOW, portsOn(world, store));
      assert.equal(status, "successful");
    },
  },
  {
    title: "rebuild-catalog",
    least: 4,
    prepare: withoutCatalog,
    run: (ports) => rebuildCatalog(REBUILD, ports),
    check: (_world, store) => assertWhole(store),
    finish: async (world) => {
      assert.equal((await world.catalog.points()).length, 2);
    },
  },
  {
    title: "a prune of a project",
    least: 20,
    prepare: backedUp,
    run: (ports) => prune(ports),
    check: async (world, store) => {
      await assertWhole(store);
      assert.equal(await assertRestores(world, store), 2);
    },
    finish: async () => undefined,
  },
];

/** The use cases as what can break at any call of the vault's store. */
export function projectWorks(): readonly BreakableWork[] {
  return PROJECT_OPERATIONS.map(({ title, least, prepare, run, check, finish }) => ({
    title,
    least,
    async begin() {
      const world = await prepare();
      const blobs: Blobs = await blobsOf(world.store);
      return {
        blobs,
        run: async (store, { signal }) => void (await run(portsOn(world, store, signal))),
        check: (store) => check(world, store),
        finish: (store) => finish(world, store),
      };
    },
  }));
}
