import type { Instant } from "./clock.ts";

/**
 * Where a point of method `cdc` stands among the changes of its database. Log sequence numbers are those of commits, as the
 * 20 small hex digits of binary(10): they compare as text. A full has what was there before its first row was read, and
 * perhaps more; whatever came after `reached` is in the points that follow, so a chain lacks nothing and may hold a change
 * twice.
 */
export interface ChangePlace {
  /** Another one whenever capture was enabled anew, or the database restored or copied: numbers of two do not compare. */
  readonly identity: string;
  /** Who enabled capture: what a human did is never changed nor cleaned up. */
  readonly enabledBy: "engine" | "human";
  /** The changes of the point come after this one. Of a full, which has no changes, as `reached`. */
  readonly after: string;
  /** The newest change that is in the point for certain. */
  readonly reached: string;
  /** Of a full: when the scan ended, by the server. Else when `reached` was committed, or until when it is known that nothing was after it. */
  readonly reachedAt: Instant;
}
