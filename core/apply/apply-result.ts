import type { Address } from "../address/address.ts";
import type { CatalogVersion } from "../catalog/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { ChangeAction } from "../plan/plan.ts";

/** How one change of a plan ended. */
export interface AppliedChange {
  readonly address: Address;
  readonly action: ChangeAction;
  /** `not_started`: something that it needs failed, or the apply was cancelled before its turn. */
  readonly status: "done" | "failed" | "not_started";
  /** Of a failed one. */
  readonly diagnostic?: Diagnostic | undefined;
}

export interface ApplyResult {
  /** `cancelled` when the signal came; everything that is `done` stays recorded. */
  readonly status: "successful" | "failed" | "cancelled";
  /** One for each change that is not `no-op`, in the order in which they ended. */
  readonly changes: readonly AppliedChange[];
  readonly version: CatalogVersion;
  /** Backup sets of `-replace`: the caller runs a full of each, once the apply is successful. */
  readonly runFull: readonly Address[];
  /** By which `apply -undo` knows it; null where there was nothing to do. */
  readonly id: string | null;
  /** Points that it gave up, and until when they can come back; null where it gave up none. */
  readonly purged: { readonly points: number; readonly noReturnAfter: Instant } | null;
}
