import type { Instant } from "../../kit/clock.ts";
import type { PointType } from "../model/policy-point.ts";

/** A person's word that a suspect point is as it should be. */
interface Clearing {
  readonly at: Instant;
  /** Who said so, as far as the machine knows: `user@host`. */
  readonly by: string;
  readonly reason: string | null;
}

/** What the tripwires need to know of a recovery point; the catalog's points have all of it. */
export interface MeasuredPoint {
  readonly id: string;
  readonly state: "pending" | "listed" | "tombstoned" | "purged";
  readonly backupSet: string;
  readonly server: string;
  readonly vault: string;
  readonly database: string;
  readonly type: PointType;
  readonly method: string;
  readonly base: string | null;
  readonly startedAt: Instant;
  readonly createdAt: Instant | null;
  /** When the store got it, by the store's time. */
  readonly storedAt?: Instant | null | undefined;
  readonly bytesRead: number;
  /** New bytes before compression, and what they take; null where nobody counted. */
  readonly added?: { readonly raw: number; readonly stored: number } | null | undefined;
  readonly cleared?: Clearing | null | undefined;
}

/** Points come one after the other by the store's time, where it is known: a writer's clock cannot change that. */
export function orderOf({ storedAt, createdAt, startedAt }: MeasuredPoint): Instant {
  return storedAt ?? createdAt ?? startedAt;
}
