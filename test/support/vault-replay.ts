import assert from "node:assert/strict";
import { DiagnosticError } from "../../core/diagnostics/diagnostic.ts";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import { createMemoryStore } from "../../core/storage/memory-store.ts";
import {
  createVault,
  openVault,
  parseVaultKey,
  rotateVaultKey,
  type StoredPoint,
  type Vault,
  type VaultKey,
} from "../../core/vault/vault.ts";
import { sourceOf } from "./byte-source.ts";
import { smallFile } from "./small-files.ts";
import { TurnTaking } from "./turn-taking.ts";
import { HOUR, type TurnedClock, turnedClock } from "./turned-clock.ts";
import {
  addPoint,
  digests,
  type ObjectBytes,
  pointFacts,
  readPoint,
  seededBytes,
  TEST_KEY,
  vaultOptions,
} from "./vault.ts";
import { assertHolds, assertReads, countBlobs } from "./vault-content.ts";

const random = seededBytes("replay");
const POOL = Array.from({ length: 16 }, (_, at) => random(600 + 137 * at));
const ACTORS = 4;
const PATIENCE = 60;

/** What one schedule did, for those who want to know that it did enough. */
export type ReplayCounts = Record<
  | "backups"
  | "fenced"
  | "restores"
  | "removals"
  | "collections"
  | "verifies"
  | "repairs"
  | "rotations"
  | "kills"
  | "jumps"
  | "damagedMarks"
  | "removedPacks"
  | "rewrittenPacks",
  number
>;

/**
 * Runs a random schedule of backups, restores, removals, collections, verifies, repairs, changes of the key, deaths, damage of
 * marks and jumps of the clock on real vaults over one store, one store call at a time. Then everything must be there that was committed and not removed, and the next
 * collections must leave nothing else. `choose(n)` draws a number below n.
 */
export async function replay(
  choose: (count: number) => number,
  length: number,
): Promise<ReplayCounts> {
  const clock = turnedClock();
  const store = createMemoryStore(clock);
  await createVault(store, TEST_KEY, vaultOptions("replay"));
  const world = new ReplayedWorld({ store, clock, choose });
  for (let at = 0; at < length; at += 1) {
    await world.act();
    const patience = choose(3) === 0 ? PATIENCE : PATIENCE / 6;
    for (let steps = choose(patience); steps > 0; steps -= 1) await world.turns.step();
  }
  while (await world.turns.step());
  await world.assertNothingLost();
  await world.assertNothingLeft();
  return world.counts;
}

class ReplayedWorld {
  readonly turns: TurnTaking;
  readonly counts: ReplayCounts = {
    backups: 0,
    fenced: 0,
    restores: 0,
    removals: 0,
    collections: 0,
    verifies: 0,
    repairs: 0,
    rotations: 0,
    kills: 0,
    jumps: 0,
    damagedMarks: 0,
    removedPacks: 0,
    rewrittenPacks: 0,
  };
  readonly #store: BlobStore;
  readonly #clock: TurnedClock;
  readonly #choose: (count: number) => number;
  readonly #committed = new Map<string, ObjectBytes>();
  /** What writers wanted to store: one that was killed may have stored it. */
  readonly #tried = new Map<string, ObjectBytes>();
  readonly #removed = new Set<string>();
  /** Whoever was to remove them may have been killed. */
  readonly #removing = new Set<string>();
  #nextActor = 0;
  #lag = 0;
  #jumps = 0;
  #rotations = 0;
  /** Changes of the key whose end nobody has heard of: what they put may still come, also after a death. */
  readonly #rotating = new Set<number>();
  /** The key of the vault, then those that it was given or had. */
  #keys: VaultKey[] = [TEST_KEY];

  constructor(facts: {
    readonly store: BlobStore;
    readonly clock: TurnedClock;
    readonly choose: (count: number) => number;
  }) {
    this.#store = facts.store;
    this.#clock = facts.clock;
    this.#choose = facts.choose;
    this.turns = new TurnTaking(facts.store, facts.choose);
  }

  async act(): Promise<void> {
    const busy = this.turns.busy;
    const draw = this.#choose(25);
    if (draw < 2) this.#jump();
    else if (draw === 24) await this.#damageMark();
    else if (draw < 4 && busy.length > 0) {
      this.counts.kills += 1;
      this.turns.kill(busy[this.#choose(busy.length)] ?? 0);
    } else if (busy.length < ACTORS) await this.#begin(draw);
  }

  async assertNothingLost(): Promise<void> {
    this.#clock.turn(this.#lag);
    const vault = await this.#open(this.#store);
    const listed = (await vault.points()).points.map(({ id }) => id);
    for (const id of this.#committed.keys()) {
      if (!this.#removing.has(id)) assert.ok(listed.includes(id), `point ${id} is lost`);
    }
    const points = new Map<string, ObjectBytes>();
    for (const id of listed) {
      assert.ok(!this.#removed.has(id), `point ${id} came back`);
      points.set(id, this.#committed.get(id) ?? this.#triedAs(await readPoint(vault, id)));
    }
    await assertReads(vault, points);
    assert.deepEqual((await vault.verify({ readData: 1 })).problems.filter(isOfNoMark), []);
    this.#clock.turn(3 * HOUR);
    for (let round = 0; round < 2; round += 1) await vault.collect();
    await assertHolds(vault, points);
    assert.equal((await vault.collect()).freedBytes, 0, "a collection was not enough");
    const { garbage, removed } = await countBlobs(this.#store);
    assert.deepEqual({ garbage, removed }, { garbage: undefined, removed: undefined });
    for (const id of listed) await vault.removePoint(id);
  }

  /** All points are removed by now. */
  async assertNothingLeft(): Promise<void> {
    const vault = await this.#open(this.#store);
    await vault.collect();
    const { packs, index, leases, garbage, removed } = await countBlobs(this.#store);
    assert.deepEqual(
      { packs, index, leases, garbage, removed },
      {
        packs: undefined,
        index: undefined,
        leases: undefined,
        garbage: undefined,
        removed: undefined,
      },
    );
  }

  get #isSetRight(): boolean {
    return this.#lag === 0;
  }

  /** One bit of one mark: nobody can read it any more. */
  async #damageMark(): Promise<void> {
    const [mark] = await Array.fromAsync(this.#store.list("garbage/"));
    if (mark === undefined) return;
    this.counts.damagedMarks += 1;
    const bytes = await this.#store.get(mark.name);
    await this.#store.remove(mark.name);
    await this.#store.put(mark.name, [bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1)]);
  }

  #triedAs(found: ObjectBytes): ObjectBytes {
    const key = JSON.stringify(digests(found));
    const tried = this.#tried.get(key);
    assert.ok(tried, "a point holds what nobody wrote");
    return tried;
  }

  /** The store's clock goes on by hours, or steps back by some and is set right later. */
  #jump(): void {
    this.counts.jumps += 1;
    this.#jumps += 1;
    if (this.#lag > 0) {
      this.#clock.turn(this.#lag);
      this.#lag = 0;
    } else if (this.#choose(3) === 0) {
      this.#lag = (1 + this.#choose(4)) * HOUR;
      this.#clock.turn(-this.#lag);
    } else this.#clock.turn((1 + this.#choose(3)) * HOUR);
  }

  async #begin(draw: number): Promise<void> {
    const actor = this.#nextActor;
    this.#nextActor += 1;
    const vault = await this.#open(this.#store, this.turns.storeOf(actor));
    const known = [...this.#committed.keys()].filter((id) => !this.#removing.has(id));
    const point = known[this.#choose(Math.max(1, known.length))];
    if (draw < 9 || point === undefined) this.turns.begin(actor, () => this.#backup(vault));
    else if (draw < 12) this.turns.begin(actor, () => this.#restore(vault, point));
    else if (draw < 15) this.turns.begin(actor, () => this.#remove(vault, point));
    else if (draw < 20) this.turns.begin(actor, () => this.#collect(vault));
    else if (draw < 22) this.turns.begin(actor, () => this.#verify(vault));
    else if (draw < 23) this.turns.begin(actor, () => this.#repair(vault));
    else this.turns.begin(actor, () => this.#rotate(this.turns.storeOf(actor)));
  }

  async #backup(vault: Vault): Promise<void> {
    const some = (): readonly Uint8Array[] => {
      const first = this.#choose(POOL.length);
      return POOL.slice(first, first + 1 + this.#choose(6));
    };
    const [isStream, isFile] = [this.#choose(3) === 0, this.#choose(2) === 0];
    const stream = isFile ? smallFile(2, this.#choose(6)) : [Buffer.concat(some())];
    const objects: ObjectBytes = isStream ? { stream } : { rows: some(), more: some() };
    this.#tried.set(JSON.stringify(digests(objects)), objects);
    const rotations = this.#rotations;
    const similar = [...this.#committed.keys()].slice(-2);
    const point = await this.#allowing(["VAULT_LEASE_LOST"], () =>
      isStream ? addStream(vault, { stream, similar }) : addPoint(vault, objects),
    );
    if (point === undefined && this.#rotations === rotations) {
      this.counts.fenced += 1;
      assert.ok(this.#jumps > 0, "a writer was ended although no time had passed");
    }
    if (point === undefined) return;
    this.#committed.set(point.id, objects);
    this.counts.backups += 1;
  }

  async #restore(vault: Vault, point: string): Promise<void> {
    const jumps = this.#jumps;
    const isSafe = (): boolean => !this.#removing.has(point);
    try {
      const found = await readPoint(vault, point);
      assert.deepEqual(digests(found), digests(this.#committed.get(point) ?? {}));
      this.counts.restores += 1;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const { code } = error.diagnostic;
      assert.ok(
        !isSafe() || isOfNewKey(error.message),
        `point ${point} was lost to its reader: ${error.message}`,
      );
      const isLate =
        code === "VAULT_CORRUPTED" && (this.#jumps > jumps || isOfNewKey(error.message));
      assert.ok(code === "POINT_NOT_FOUND" || isLate, `unexpected ${error.message}`);
    }
  }

  async #remove(vault: Vault, point: string): Promise<void> {
    this.#removing.add(point);
    await this.#allowing(["POINT_NOT_FOUND"], () => vault.removePoint(point));
    this.#removed.add(point);
    this.counts.removals += 1;
  }

  async #collect(vault: Vault): Promise<void> {
    const report = await this.#allowing(["VAULT_CLOCK_BACK", "VAULT_LEASE_LOST"], () =>
      vault.collect(),
    );
    this.counts.collections += 1;
    this.counts.removedPacks += report?.removedPacks ?? 0;
    this.counts.rewrittenPacks += report?.rewrittenPacks ?? 0;
  }

  async #verify(vault: Vault): Promise<void> {
    const [jumps, rotations] = [this.#jumps, this.#rotations];
    const wasRotating = this.#rotating.size > 0;
    const report = await this.#allowing([], () => vault.verify({ readData: 1 }));
    this.counts.verifies += 1;
    if (this.#jumps !== jumps || !this.#isSetRight) return;
    const hasOldKeys = wasRotating || this.#rotations !== rotations;
    const problems = report?.problems.filter(isOfNoMark) ?? [];
    const unexpected = problems.filter(({ problem }) => !hasOldKeys || !isOfNewKey(problem));
    assert.deepEqual(unexpected, []);
  }

  /** Allowed to remove what is damaged: nothing is. */
  async #repair(vault: Vault): Promise<void> {
    const options = { dryRun: false, readData: true, removeDamaged: true };
    const report = await this.#allowing([], () => vault.repair(options));
    this.counts.repairs += 1;
    assert.deepEqual(report?.removed ?? [], [], "a repair took away what is whole");
  }

  async #rotate(store: BlobStore): Promise<void> {
    const from = this.#keys[0] ?? TEST_KEY;
    const to = keyOf(this.#rotations + 1);
    // Whoever is killed within may have come to the end.
    this.#keys.splice(1, 0, to);
    this.#rotations += 1;
    const rotation = this.#rotations;
    this.#rotating.add(rotation);
    const randomBytes = seededBytes(`rotation ${rotation}`);
    const isDone = await this.#allowing(ROTATIONS_AT_ONCE, () =>
      rotateVaultKey(store, { from, to, randomBytes }),
    );
    this.#rotating.delete(rotation);
    if (isDone === undefined) return;
    this.#keys = [to, ...this.#keys.filter((key) => key !== to)];
    this.counts.rotations += 1;
  }

  /** Opens the vault by the first key that does, of those that it has or was to have. */
  async #open(store: BlobStore, used = store): Promise<Vault> {
    const seed = `actor ${this.#nextActor} ${used === store}`;
    const switched: { store: BlobStore } = { store };
    for (const key of this.#keys) {
      const opening = openVault(lateStore(switched), key, vaultOptions(seed));
      const vault = await allowing(["VAULT_WRONG_KEY", "VAULT_KEY_INCOMPLETE"], () => opening);
      if (vault === undefined) continue;
      switched.store = used;
      return vault;
    }
    throw new Error("no key opens the vault");
  }

  /** Who opened the vault before its key was changed may meet what only the new one reads: a clear error. */
  #allowing<T>(codes: readonly string[], work: () => Promise<T>): Promise<T | undefined> {
    const isOld = (detail: string) => this.#rotations > 0 && isOfNewKey(detail);
    return allowing(codes, work, isOld);
  }
}

/** A tombstone of an epoch that is not known takes the place of a manifest: nobody can say that it is one. */
function isOfNewKey(detail: string): boolean {
  return detail.includes("needs the data key") || /points\/\w+ has a damaged header/.test(detail);
}

function isOfNoMark({ blob }: { readonly blob: string }): boolean {
  return !blob.startsWith("garbage/");
}

const ROTATIONS_AT_ONCE = ["VAULT_WRONG_KEY", "VAULT_KEY_INCOMPLETE"];

function keyOf(rotation: number): VaultKey {
  return parseVaultKey(rotation.toString(16).padStart(64, "a"));
}

async function addStream(
  vault: Vault,
  {
    stream,
    similar,
  }: { readonly stream: readonly Uint8Array[]; readonly similar: readonly string[] },
): Promise<StoredPoint> {
  await using writer = await vault.beginPoint({ similar });
  const source = sourceOf(Buffer.concat(stream));
  await writer.addStream({ path: "stream", kind: "stream" }, source, () => ({}));
  return await writer.commit(pointFacts(Date.UTC(2026, 1, 1)));
}

/** Opening a vault reads two small blobs that never change: that takes no turns. */
function lateStore(current: { readonly store: BlobStore }): BlobStore {
  return {
    put: (name, parts, options) => current.store.put(name, parts, options),
    get: (name, options) => current.store.get(name, options),
    head: (name, options) => current.store.head(name, options),
    list: (prefix, options) => current.store.list(prefix, options),
    remove: (name, options) => current.store.remove(name, options),
    setTier: (name, tier, options) => current.store.setTier(name, tier, options),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function allowing<T>(
  codes: readonly string[],
  work: () => Promise<T>,
  isAllowed: (detail: string) => boolean = () => false,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { code, detail } = error.diagnostic;
    if (codes.includes(code) || isAllowed(detail)) return undefined;
    throw error;
  }
}
