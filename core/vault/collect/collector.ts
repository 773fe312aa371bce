import type { CollectionReport } from "../../../schemas/vault-reports.ts";
import type { Instant } from "../../kit/clock.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import type { CollectionOptions } from "../contract/vault-contract.ts";
import {
  type BlobId,
  INDEX_PREFIX,
  POINT_PREFIX,
  packName,
  parseBlobId,
} from "../format/blob-names.ts";
import { packsOfOldEpochs } from "../keys/old-epochs.ts";
import { removeUnlessProtected } from "../stored-blobs.ts";
import type { VaultAccess } from "../vault-access.ts";
import { requireNewestKey } from "./begin-writing.ts";
import { buryPoints, keptByLeases } from "./burial.ts";
import type { StoredBlob } from "./index-walk.ts";
import { keptStore } from "./kept-store.ts";
import { type Lease, takeLease } from "./lease.ts";
import { type HeldLease, listLeases, settleLeases } from "./lease-list.ts";
import { listMarks, type Mark, markedBy, packsOf, putMark } from "./marks.ts";
import { mergeIndexes } from "./merge-indexes.ts";
import { type MoveCounts, PackMoves } from "./pack-moves.ts";
import { rewritePacks } from "./rewrite-packs.ts";
import { LEASE_PREFIX, MARK_PREFIX, markName, NOTE_PREFIX } from "./signs.ts";
import { highestTimeOf, requireClock } from "./store-time.ts";
import { type Survey, type SurveyedPack, surveyVault } from "./survey.ts";
import { type Tally, tallied } from "./tally-store.ts";
import { isNobodyCollecting, takeUnreadable } from "./unreadable-marks.ts";

/** All but packs, which are many; a survey lists those. */
const SMALL_BLOBS = [LEASE_PREFIX, MARK_PREFIX, NOTE_PREFIX, POINT_PREFIX, INDEX_PREFIX];

/** A pack is written anew when less than this share of its bytes is needed. */
const LITTLE_LIFE = 0.5;

/** Packs of older data keys are written anew bit by bit, so that no collection takes very long or needs much room. */
const REENCRYPTED_SHARE = 1 / 8;
const LEAST_REENCRYPTED = 1024 ** 3;

/**
 * Removes what no point needs (decision 14). Each call does what can be done now: it marks new garbage, and removes what
 * was marked once every writer that may not know of the mark has ended. Stopped anywhere, the next call goes on.
 * Throws Damage: nothing is removed from a vault that cannot be read whole. VAULT_CLOCK_BACK, VAULT_LEASE_LOST.
 */
export async function collectGarbage(
  access: VaultAccess,
  options: CollectionOptions,
): Promise<CollectionReport> {
  requireNewestKey(access);
  const tally = { removedBytes: 0, writtenBytes: 0 };
  const counted = { ...access, store: tallied(access.store, tally) };
  const holder = parseBlobId(access.randomBytes(16));
  const facts = { holder, kind: "collector", point: undefined } as const;
  const counts = await (async () => {
    await using lease = await takeLease(counted, facts, options);
    const kept = { ...counted, store: keptStore(counted.store, lease) };
    return await new Collection(kept, lease, options).run();
  })();
  return { ...counts, ...sums(tally) };
}

/** What the store says that the time is. VAULT_CLOCK_BACK. */
export async function readStoreTime(access: VaultAccess, options: Abortable): Promise<Instant> {
  const holder = parseBlobId(access.randomBytes(16));
  const facts = { holder, kind: "collector", point: undefined } as const;
  await using lease = await takeLease(access, facts, options);
  requireClock(lease.storeTime, await highestTimeOf(access, SMALL_BLOBS, options));
  return lease.storeTime;
}

function sums({ removedBytes, writtenBytes }: Tally) {
  return { removedBytes, writtenBytes, freedBytes: removedBytes - writtenBytes };
}

type Swept = Pick<
  Counts,
  "removedPacks" | "removedIndexes" | "waitingPacks" | "unreadableMarks" | keyof MoveCounts
>;

type Counts = Omit<CollectionReport, "removedBytes" | "writtenBytes" | "freedBytes">;

class Collection {
  readonly #access: VaultAccess;
  readonly #lease: Lease;
  readonly #options: CollectionOptions;
  #fencedWriters = 0;
  /** Sizes of packs that may not be removed yet. */
  readonly #protected = new Map<BlobId, number>();
  /** The marks that it put itself. */
  readonly #own = new Set<BlobId | undefined>();

  constructor(access: VaultAccess, lease: Lease, options: CollectionOptions) {
    this.#access = access;
    this.#lease = lease;
    this.#options = options;
  }

  async run(): Promise<Counts> {
    const { signal, watch } = this.#options;
    watch?.begin("survey");
    await this.#requireClock();
    const alive = await this.#settle();
    const burial = await buryPoints(this.#access, this.#lease.storeTime, { signal });
    const clearedMarks = await this.#clearMarks();
    const first = await this.#survey();
    requireClock(this.#lease.storeTime, first.highest);
    const garbage = this.#findGarbage(first, alive);
    const worn = new Set([...garbage.rewritten, ...garbage.reencrypted]);
    const rewritten = await rewritePacks(this.#access, first, { packs: worn, signal, watch });
    const packs = [...garbage.dead, ...rewritten].toSorted();
    if (packs.length > 0) this.#own.add(await putMark(this.#access, packs, { signal }));
    const moves = await PackMoves.begin(this.#access, first, {
      ...this.#options,
      packs: garbage.good,
      alive,
      now: this.#lease.storeTime,
    });
    this.#own.add(moves.mark);
    for (const { id, size } of garbage.kept) this.#protected.set(id, size);
    const swept = await this.#sweep(moves);
    return {
      points: first.points.length,
      removedPoints: burial.buried,
      protectedPoints: burial.protectedPoints,
      protectedPacks: this.#protected.size,
      protectedBytes: sumOf(this.#protected.values()),
      rewrittenPacks: rewritten.intersection(garbage.rewritten).size,
      reencryptedPacks: rewritten.intersection(garbage.reencrypted).size,
      fencedWriters: this.#fencedWriters,
      clearedMarks,
      ...swept,
    };
  }

  /** Takes marks away that nobody can read, once it is alone. Leases are listed after marks: who read one before is among them. */
  async #clearMarks(): Promise<number> {
    const { signal } = this.#options;
    const { unreadable } = await listMarks(this.#access, { signal });
    if (unreadable.length === 0 || !isNobodyCollecting(await this.#settle())) return 0;
    return takeUnreadable(this.#access, unreadable, { signal });
  }

  /**
   * The second phase, of all marks that nobody needs to be waited for. The marks of others only while no other collector is
   * at work: two who look at one mark at different times may keep different packs of it, and one would take away the mark
   * of what the other removes.
   */
  async #sweep(moves: PackMoves): Promise<Swept> {
    const { signal, watch } = this.#options;
    watch?.begin("sweep");
    await this.#lease.renew({ signal });
    await this.#requireClock();
    const { marks, unreadable } = await listMarks(this.#access, { signal });
    const alive = await this.#settle();
    const isAlone = isNobodyCollecting(alive);
    const ripe = marks
      .filter((mark) => !alive.some((lease) => mayRelyOn(lease, mark)))
      .filter(({ id }) => isAlone || this.#own.has(id));
    const waiting = marks.filter((mark) => !ripe.includes(mark) && mark.id !== moves.mark);
    const survey = await this.#survey();
    const isRipe = ripe.some(({ id }) => id === moves.mark);
    const moved = await moves.end({ survey, alive, isRipe, signal });
    const removed = await this.#removeMarked(survey, ripe);
    const isDead = (id: BlobId): boolean => isDeadIn(survey, id) || removed.has(id);
    const { indexes } = survey;
    const isUnseen = alive.every(({ kind }) => kind !== "verifier");
    const removedIndexes = isUnseen
      ? await mergeIndexes(this.#access, { indexes, isDead, signal })
      : 0;
    for (const { id } of ripe) await this.#access.store.remove(markName(id), { signal });
    const waitingPacks = packsOf(waiting).size;
    const unreadableMarks = unreadable.length;
    return { removedPacks: removed.size, removedIndexes, waitingPacks, unreadableMarks, ...moved };
  }

  /** What a policy protects is left; its mark goes, and a later collection marks it again. */
  async #removeMarked(survey: Survey, marks: readonly Mark[]): Promise<ReadonlySet<BlobId>> {
    const removed = new Set<BlobId>();
    const { signal } = this.#options;
    for (const id of packsOf(marks)) {
      const pack = survey.packs.get(id);
      const stored = pack?.stored ?? survey.leftovers.get(id);
      if (isLive(pack) || stored === undefined) continue;
      if (await removeUnlessProtected(this.#access.store, packName(id), { signal }))
        removed.add(id);
      else this.#protected.set(id, stored.size);
    }
    return removed;
  }

  #findGarbage(survey: Survey, alive: readonly HeldLease[]): Garbage {
    const looked = packsToJudge(survey, this.#youngest(alive));
    const { epoch } = this.#access.ring;
    const budget = this.#options.reencryption ?? reencryptionOf(survey);
    return findGarbage(looked, { epoch, budget, now: this.#lease.storeTime });
  }

  #survey(): Promise<Survey> {
    const { signal, partitionSize } = this.#options;
    const listRead = async (): Promise<ReadonlySet<BlobId>> =>
      keptByLeases(await listLeases(this.#access, { signal }), this.#lease.storeTime);
    return surveyVault(this.#access, { signal, partitionSize, listRead });
  }

  async #settle(): Promise<readonly HeldLease[]> {
    const now = this.#lease.storeTime;
    const { alive, fenced } = await settleLeases(this.#access, now, this.#options);
    this.#fencedWriters += fenced;
    return alive.filter(({ holder }) => holder !== this.#lease.holder);
  }

  async #requireClock(): Promise<void> {
    const highest = await highestTimeOf(this.#access, SMALL_BLOBS, this.#options);
    requireClock(this.#lease.storeTime, highest);
  }

  /** What was written since then may belong to a writer that is at work, so it is not looked at. */
  #youngest(alive: readonly HeldLease[]): Instant {
    const writers = alive.filter(({ kind }) => kind === "writer" || kind === undefined);
    const starts = writers.map(({ since }) => since);
    return starts.reduce((one, other) => (other < one ? other : one), this.#lease.storeTime);
  }
}

/** Whether the holder may rely on a pack of the mark. A writer that is unknown because its lease is damaged may. */
function mayRelyOn({ kind, marks }: HeldLease, mark: Mark): boolean {
  if (kind === "reader" || kind === "collector") return false;
  return kind === "verifier" || !marks.has(mark.id);
}

function isLive(pack: SurveyedPack | undefined): boolean {
  return pack !== undefined && pack.liveBytes > 0;
}

/** A pack that an index names, that is not there, and that nothing needs. */
function isDeadIn({ packs, leftovers }: Survey, id: BlobId): boolean {
  const pack = packs.get(id);
  return pack !== undefined && pack.stored === undefined && !isLive(pack) && !leftovers.has(id);
}

interface Garbage {
  readonly dead: readonly BlobId[];
  /** Dead ones that a policy protects still. */
  readonly kept: readonly { readonly id: BlobId; readonly size: number }[];
  /** Of which much is needed. */
  readonly good: readonly BlobId[];
  /** Of which little is needed. */
  readonly rewritten: ReadonlySet<BlobId>;
  /** Of older data keys. */
  readonly reencrypted: ReadonlySet<BlobId>;
}

type PackThere = Pick<SurveyedPack, "id" | "epoch" | "rawBytes" | "liveBytes"> & {
  readonly stored: StoredBlob;
};

/** What is there, is not marked yet, and belongs to nobody who may still be at work. */
function packsToJudge(survey: Survey, youngest: Instant): readonly PackThere[] {
  const marked = markedBy(survey.marks);
  const nothing = { epoch: 0, rawBytes: 0, liveBytes: 0 };
  const leftovers = [...survey.leftovers].map(([id, stored]) => ({ id, stored, ...nothing }));
  const packs = [...survey.packs.values()].flatMap(({ stored, ...pack }) =>
    stored === undefined ? [] : [{ ...pack, stored }],
  );
  return [...leftovers, ...packs].filter(
    ({ id, stored }) => !marked.has(id) && stored.writtenAt < youngest,
  );
}

/** What is archived cannot be read, and what is protected would stay beside its copy. */
function findGarbage(
  packs: readonly PackThere[],
  {
    epoch,
    budget,
    now,
  }: { readonly epoch: number; readonly budget: number; readonly now: Instant },
): Garbage {
  const isProtected = ({ stored }: PackThere): boolean => (stored.immutableUntil ?? 0) > now;
  const isFixed = (pack: PackThere): boolean => isProtected(pack) || pack.stored.tier === "archive";
  const groups = Map.groupBy(packs, (pack) => {
    if (pack.liveBytes === 0) return isProtected(pack) ? "kept" : "dead";
    const isWorn = pack.liveBytes < pack.rawBytes * LITTLE_LIFE;
    return isWorn && !isFixed(pack) ? "worn" : "good";
  });
  const idsOf = (group: "dead" | "worn" | "good"): readonly BlobId[] =>
    (groups.get(group) ?? []).map(({ id }) => id);
  const old = (groups.get("good") ?? []).filter((pack) => !isFixed(pack)).map(sized);
  const reencrypted = packsOfOldEpochs(old, { epoch, budget });
  return {
    dead: idsOf("dead"),
    kept: (groups.get("kept") ?? []).map(sized),
    good: idsOf("good").filter((id) => !reencrypted.has(id)),
    rewritten: new Set(idsOf("worn")),
    reencrypted,
  };
}

function sized({ id, epoch, stored: { size } }: PackThere) {
  return { id, epoch, size };
}

function sumOf(sizes: Iterable<number>): number {
  let sum = 0;
  for (const size of sizes) sum += size;
  return sum;
}

function reencryptionOf({ packs }: Survey): number {
  let bytes = 0;
  for (const { stored } of packs.values()) bytes += stored?.size ?? 0;
  return Math.max(LEAST_REENCRYPTED, bytes * REENCRYPTED_SHARE);
}
