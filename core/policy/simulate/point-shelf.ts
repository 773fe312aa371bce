import type { Instant } from "../../kit/clock.ts";
import { pointsToPurge } from "../retention/expiries-between.ts";
import type { RetentionRule } from "../retention/retention-rule.ts";
import type { SimulatedPoint } from "./database-chain.ts";

/** At fewer points a purge is not worth its while. */
const WORTH_A_PURGE = 4096;

/**
 * The points of a simulation. Virtual time purges as real time does, so that ten years of logs take the room of those
 * that retention keeps; when it purges does not show, for what a later decision needs is not purged (I4).
 */
export class PointShelf {
  readonly #rule: RetentionRule;
  #points: SimulatedPoint[] = [];
  readonly #fewest: number;
  #purgeFrom: number;

  constructor(rule: RetentionRule, fewest = WORTH_A_PURGE) {
    this.#rule = rule;
    this.#fewest = fewest;
    this.#purgeFrom = fewest;
  }

  /** Points come in the order of their success. */
  add(point: SimulatedPoint): void {
    this.#points.push(point);
    if (this.#points.length < this.#purgeFrom) return;
    this.#points = this.existing(point.createdAt);
    this.#purgeFrom = Math.max(this.#fewest, 2 * this.#points.length);
  }

  /** What exists at an instant, none earlier than the newest point's: oldest first, by `createdAt`, then id. */
  existing(at: Instant): SimulatedPoint[] {
    const gone = pointsToPurge(this.#points, this.#rule, at);
    return this.#points
      .filter(({ id }) => !gone.has(id))
      .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** Whether that point exists then, none earlier than the newest point's. */
  has(id: string, at: Instant): boolean {
    return this.existing(at).some((point) => point.id === id);
  }
}
