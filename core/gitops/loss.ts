import type { Address } from "../address/address.ts";

/** What somebody would lose by a plan, so that a person should look at it. */
export interface Loss {
  readonly kind: LossKind;
  /** The object, or the backup set whose points are meant. */
  readonly address: Address;
  /** A sentence without a period. */
  readonly text: string;
}

/**
 * `removal`: an object goes, or is made anew. `purge`, `expiry`: recovery points are given up, or sooner than before.
 * `coverage`: databases are left out, or backed up by less. `retention`: less is kept. `protection`: an object may go that might not.
 */
export type LossKind = "removal" | "purge" | "expiry" | "coverage" | "retention" | "protection";
