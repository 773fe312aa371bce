import { meaningOf } from "../kit/period.ts";
import type { AzureRetention, LongTermRetention } from "./azure-sql.ts";

/**
 * Whether two retentions mean the same. Azure gives back `P28D` for `P4W` and `PT0S` for what is off; a comparison of texts
 * would never end in peace.
 */
export function isSameRetention(one: AzureRetention, other: AzureRetention): boolean {
  return (
    one.shortTerm.days === other.shortTerm.days &&
    one.shortTerm.differentialHours === other.shortTerm.differentialHours &&
    isSameLongTerm(one.longTerm, other.longTerm)
  );
}

export function isSameLongTerm(one: LongTermRetention, other: LongTermRetention): boolean {
  const kinds = ["weekly", "monthly", "yearly"] as const;
  if (kinds.some((kind) => meaningOf(one[kind]) !== meaningOf(other[kind]))) return false;
  // Without yearly backups the week says nothing, and Azure keeps whatever stood there.
  return meaningOf(one.yearly) === null || one.weekOfYear === other.weekOfYear;
}

/** As Azure writes what is off: `PT0S`. */
export function withoutNothing(duration: string | undefined): string | null {
  return duration === undefined || meaningOf(duration) === null ? null : duration;
}
