import type { ChunkHasher, ChunkId } from "../format/chunk-id.ts";
import { type ListedEntry, storedChunksOf } from "../format/extent-entry.ts";
import { isOutOfReach } from "../stored-blobs.ts";
import type { EarlierGroups } from "./earlier-groups.ts";
import { equalStretches } from "./equal-bytes.ts";
import { type GroupPlan, isPatchable, planGroup } from "./patch-group.ts";

/** Where chunks of row groups are kept. */
export interface GroupKeeper {
  readonly hash: ChunkHasher;
  /** Whether a chunk lies in a pack that a new point may rely on; from then on it does. */
  isStored(id: ChunkId): Promise<boolean>;
  /** Stores the chunk unless it is stored, or was for this point. Copies it. */
  keep(id: ChunkId, chunk: Uint8Array): Promise<void>;
}

/** What a writer has of an object of an earlier point. */
export interface EarlierObject {
  readonly groups: EarlierGroups;
  /** Throws Damage; STORE_ARCHIVED. */
  read(entry: ListedEntry): Promise<Uint8Array>;
}

/** After so many groups in a row that are like none, only some are compared: to read earlier ones takes longer than to store. */
const FEW_MISSES = 8;
const SOME = 16;

/**
 * Stores the row groups of one object in order: nothing of those that are stored, what differs of those that are much like an
 * earlier one, all of the others. Whoever reads a group that is put together compares its id, so that a mistake would give an
 * error and no wrong rows.
 */
export class GroupStore {
  readonly #keeper: GroupKeeper;
  readonly #earlier: EarlierObject;
  /** Groups in a row that were like none. */
  #misses = 0;

  constructor(keeper: GroupKeeper, earlier: EarlierObject) {
    this.#keeper = keeper;
    this.#earlier = earlier;
  }

  async add(chunk: Uint8Array): Promise<ListedEntry> {
    const id = this.#keeper.hash(chunk);
    const whole = { id, length: chunk.length };
    const same = await this.#earlier.groups.pass(id);
    if (await this.#keeper.isStored(id)) return whole;
    if (same?.group !== undefined && (await this.#areStored(same))) return same;
    const patched = isPatchable(chunk.length) ? await this.#patch(chunk) : undefined;
    if (patched !== undefined) return { ...whole, group: patched };
    await this.#keeper.keep(id, chunk);
    return whole;
  }

  async #patch(chunk: Uint8Array): Promise<ListedEntry["group"]> {
    for (const near of this.#candidates()) {
      const earlier = await this.#reliable(near);
      const plan = earlier === undefined ? undefined : await this.#plan(chunk, earlier);
      if (plan === undefined) continue;
      this.#misses = 0;
      await this.#earlier.groups.pass(near.id);
      return this.#store(plan);
    }
    this.#misses += 1;
    return undefined;
  }

  #candidates(): readonly ListedEntry[] {
    const near = this.#earlier.groups.near();
    if (this.#misses < FEW_MISSES) return near;
    return this.#misses % SOME === 0 ? near.slice(0, 1) : [];
  }

  /** What of the earlier group the point may rely on: all, or its base. */
  async #reliable(earlier: ListedEntry): Promise<ListedEntry | undefined> {
    const [base] = storedChunksOf(earlier);
    if (base === undefined || !isPatchable(base.length)) return undefined;
    if (await this.#areStored(earlier)) return earlier;
    return (await this.#keeper.isStored(base.id)) ? base : undefined;
  }

  async #areStored(entry: ListedEntry): Promise<boolean> {
    for (const { id } of storedChunksOf(entry)) {
      if (!(await this.#keeper.isStored(id))) return false;
    }
    return true;
  }

  /** A group that cannot be read is like none. */
  async #plan(chunk: Uint8Array, earlier: ListedEntry): Promise<GroupPlan | undefined> {
    try {
      const stretches = equalStretches(await this.#earlier.read(earlier), chunk);
      return stretches === undefined ? undefined : planGroup(chunk, earlier, stretches);
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      return undefined;
    }
  }

  async #store({ taken, spans, rest }: GroupPlan): Promise<ListedEntry["group"]> {
    if (rest.length === 0) return { sources: taken, spans };
    const id = this.#keeper.hash(rest);
    await this.#keeper.keep(id, rest);
    return { sources: [...taken, { id, length: rest.length }], spans };
  }
}
