import type { Instant } from "../../kit/clock.ts";
import type { Abortable } from "../../storage/blob-store.ts";
import type { Tiering } from "../contract/tiering.ts";
import type { BlobId } from "../format/blob-names.ts";
import type { VaultAccess } from "../vault-access.ts";
import type { HeldLease } from "./lease-list.ts";
import { putMark } from "./marks.ts";
import { findMoves, movePacks, type PackMove } from "./move-packs.ts";
import { markName } from "./signs.ts";
import type { Survey } from "./survey.ts";

/** A first prune of a large vault would else ask the store for hours. */
const MOST_MOVES = 10_000;

export interface MoveCounts {
  readonly movedPacks: number;
  readonly movedBytes: number;
  readonly waitingMoves: number;
}

export interface MovesToBegin extends Abortable {
  readonly tiering?: Tiering | undefined;
  readonly partitionSize?: number | undefined;
  /** Packs that stay. */
  readonly packs: readonly BlobId[];
  readonly alive: readonly HeldLease[];
  readonly now: Instant;
}

export interface MovesToEnd extends Abortable {
  /** Made after the mark was put, and after leases were listed. */
  readonly survey: Survey;
  readonly alive: readonly HeldLease[];
  /** Whether nobody may rely on what the mark names. */
  readonly isRipe: boolean;
}

/**
 * The moves of one collection. What goes into the archive is marked first, so that writers that begin from then on rely
 * on none of it, and goes only when every other writer and verifier has ended. A new point is then never one that must
 * wait for what is archived. Other tiers can be read at once, so they need none of that.
 */
export class PackMoves {
  /** The mark on what is to be archived. */
  readonly mark: BlobId | undefined;
  readonly #access: VaultAccess;
  readonly #moves: readonly PackMove[];
  /** What was looked at: the points of the vault, and those that somebody read. */
  readonly #known: ReadonlySet<BlobId>;
  readonly #read: ReadonlySet<BlobId>;

  private constructor(
    access: VaultAccess,
    { survey, beingRead }: { readonly survey: Survey; readonly beingRead: ReadonlySet<BlobId> },
    found: { readonly moves: readonly PackMove[]; readonly mark: BlobId | undefined },
  ) {
    this.#access = access;
    this.#known = new Set(survey.points);
    this.#read = beingRead;
    this.#moves = found.moves;
    this.mark = found.mark;
  }

  /** Finds what may be moved, and marks what is to be archived. */
  static async begin(
    access: VaultAccess,
    survey: Survey,
    { tiering, packs, alive, ...options }: MovesToBegin,
  ): Promise<PackMoves> {
    const beingRead = pointsReadBy(alive);
    const looked = { survey, beingRead };
    if (tiering === undefined) return new PackMoves(access, looked, { moves: [], mark: undefined });
    const wanted = { ...options, tiering, beingRead };
    const moves = await findMoves(access, { survey, packs }, wanted);
    const archived = moves.slice(0, MOST_MOVES).filter(({ to }) => to === "archive");
    const ids = archived.map(({ id }) => id).toSorted();
    const mark = ids.length > 0 ? await putMark(access, ids, options) : undefined;
    return new PackMoves(access, looked, { moves, mark });
  }

  /** Moves what may be moved now. A point or a reader that came since makes what is to be archived wait. */
  async end(now: MovesToEnd): Promise<MoveCounts> {
    const { signal } = now;
    const isKnown = now.survey.points.every((id) => this.#known.has(id));
    const isUnread = [...pointsReadBy(now.alive)].every((id) => this.#read.has(id));
    const mayArchive = now.isRipe && isKnown && isUnread;
    const open = this.#moves.slice(0, MOST_MOVES);
    const wanted = open.filter(({ to }) => to !== "archive" || mayArchive);
    const moved = await movePacks(this.#access, wanted, { signal });
    if (this.mark !== undefined && !now.isRipe)
      await this.#access.store.remove(markName(this.mark), { signal });
    return {
      movedPacks: moved.length,
      movedBytes: moved.reduce((sum, { size }) => sum + size, 0),
      waitingMoves: this.#moves.length - wanted.length,
    };
  }
}

function pointsReadBy(leases: readonly HeldLease[]): ReadonlySet<BlobId> {
  return new Set(leases.flatMap(({ point }) => point ?? []));
}
