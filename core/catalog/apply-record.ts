import type { Address } from "../address/address.ts";
import type { Instant } from "../kit/clock.ts";
import type { CatalogObject } from "./catalog.ts";
import type { Worker } from "./job.ts";

/** One change of a plan, as its apply recorded it when it started. */
export interface RecordedChange {
  readonly address: Address;
  /** Where the object was recorded before; null where it kept its address. */
  readonly previousAddress: Address | null;
  readonly action: string;
  /** The object as it was recorded; null where there was none. */
  readonly before: CatalogObject | null;
  /** The object as the apply records it; null where it goes. */
  readonly after: CatalogObject | null;
  /** Whether it is recorded; set in the write that records the object. */
  readonly done: boolean;
}

/** What happened to an apply that was undone. */
interface Undone {
  /** The id of the apply that undid it. */
  readonly apply: string;
  readonly at: Instant;
  readonly by: string;
}

/** One apply, from the moment at which it had the lock. */
export interface ApplyRecord {
  readonly id: string;
  readonly startedAt: Instant;
  /** Null while it runs, and of one whose process died. */
  readonly endedAt: Instant | null;
  readonly status: "running" | "successful" | "failed" | "cancelled";
  /** SHA-256 of the plan file, in hexadecimal; null of a plan that was never a file. */
  readonly planDigest: string | null;
  /** Who ran it, as far as the machine knows: `user@host`. */
  readonly by: string;
  /** Its process; absent where nobody knows. */
  readonly worker?: Worker | undefined;
  readonly changes: readonly RecordedChange[];
  /** Ids of the points that it gave up. */
  readonly points: readonly string[];
  /** From then on those points may be gone; null where it gave up none. */
  readonly noReturnAfter: Instant | null;
  readonly undo: Undone | null;
  /** The id of the apply that this one undid. */
  readonly undoes: string | null;
}

/** An apply without what it changed: how many changes it has, and how many of them are done. */
export interface ApplySummary extends Omit<ApplyRecord, "changes"> {
  readonly changes: { readonly total: number; readonly done: number };
}

/** What is known of an apply only after it began. */
export type ApplyFacts = Partial<
  Pick<ApplyRecord, "endedAt" | "status" | "points" | "noReturnAfter" | "undo">
>;

/** What was applied, as `Catalog.write` recorded it. */
export interface ApplyHistory {
  /** Newest first; all, or the newest `limit`. */
  applies(options?: { readonly limit?: number | undefined }): Promise<readonly ApplySummary[]>;
  /** With its changes, in the order of its plan. */
  apply(id: string): Promise<ApplyRecord | undefined>;
}

/** The record without its changes. */
export function summaryOf({ changes, ...record }: ApplyRecord): ApplySummary {
  const done = changes.filter((change) => change.done).length;
  return { ...record, changes: { total: changes.length, done } };
}
