import type { Instant } from "./clock.ts";

/**
 * Where a backup set stands in the log of its database, by what its medium says of itself alone: neighbours may come and
 * go. Log sequence numbers are decimal text, since a double cannot hold them; GUIDs are in small letters.
 */
export interface LogPlace {
  readonly set: string;
  /** The oldest log record that it contains. */
  readonly firstLsn: string;
  /** The log record after it: not contained. */
  readonly lastLsn: string;
  readonly checkpointLsn: string;
  /** The newest moment that it certainly reaches. */
  readonly newest: Instant;
  /** Null where the medium names none. */
  readonly fork: string | null;
  /** Of a differential: the full that it needs, and the checkpoint of that. */
  readonly base: { readonly set: string; readonly lsn: string } | null;
  /** The full that was current when the set ended, where the medium says so. */
  readonly currentFull: string | null;
  /** Pages of it have a wrong checksum: it is kept, but nothing is promised of it. */
  readonly damaged: boolean;
}
