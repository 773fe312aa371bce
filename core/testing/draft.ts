import type { AttributesOf } from "../../schemas/blocks/attributes-of.ts";
import type { EVENT, SCHEDULE, THEN, WHEN } from "../../schemas/blocks/test-block.ts";
import type { Located } from "../config/report.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { PointType } from "../policy/model/policy-point.ts";

/** The values of a block, and where each argument stands, by path joined with dots. */
export interface Drafted<T> {
  readonly values: T;
  readonly ranges: ReadonlyMap<string, Located>;
  readonly range: SourceRange;
}

export type EventDraft = Drafted<AttributesOf<typeof EVENT>> & { readonly type: PointType };

export type GivenDraft =
  | { readonly kind: "schedule"; readonly schedule: Drafted<AttributesOf<typeof SCHEDULE>> }
  | {
      readonly kind: "events";
      readonly events: readonly EventDraft[];
      /** The file of the history, and the argument that names it. */
      readonly history: { readonly path: string; readonly range: SourceRange } | undefined;
    };

/** A `when` with what its `then` claims. */
export interface MomentDraft {
  readonly when: Drafted<AttributesOf<typeof WHEN>>;
  readonly claims: Drafted<AttributesOf<typeof THEN>>;
}

/** A test whose expressions have their values. Times are texts still: the policy's zone gives them their meaning. */
export interface TestDraft {
  /** The address of the policy, which is declared. */
  readonly policy: string;
  readonly policyRange: SourceRange;
  readonly given: GivenDraft;
  readonly moments: readonly MomentDraft[];
}
