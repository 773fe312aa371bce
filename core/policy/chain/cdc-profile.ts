import { tryParseDuration } from "../../kit/duration.ts";
import type { Milliseconds } from "../model/policy-rule.ts";
import type { CdcProfile } from "./cdc-settings.ts";

/** What of a policy's attributes says how its databases are captured. */
interface CapturePolicy {
  readonly method: string;
  readonly cdc: {
    readonly cdc_profile: {
      readonly continuous: boolean;
      readonly retention: string;
      readonly all_tables: boolean;
      readonly all_columns: boolean;
    };
  } | null;
}

const DEFAULT_PROFILE = {
  continuous: true,
  retention: "3d",
  all_tables: true,
  all_columns: true,
} as const;

/** Of the method cdc; a policy of fulls only has the profile's defaults. */
export function profileOf({ method, cdc }: CapturePolicy): CdcProfile | undefined {
  if (method !== "cdc") return undefined;
  const {
    continuous,
    retention,
    all_tables: allTables,
    all_columns: allColumns,
  } = cdc?.cdc_profile ?? DEFAULT_PROFILE;
  const kept = tryParseDuration(retention);
  if (kept === undefined) throw new TypeError("A policy with no such retention. This is a bug.");
  // A duration counts milliseconds.
  return { continuous, retention: kept as number as Milliseconds, allTables, allColumns };
}
