import type { AzureRetention, LongTermRetention } from "./azure-sql.ts";

const DURATION =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;

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

/** Null for what is off: nothing, or a duration of nothing. Months are not days: `P1M` and `P30D` are kept apart. */
export function meaningOf(duration: string | null): string | null {
  if (duration === null) return null;
  const parts = DURATION.exec(duration);
  if (parts === null) return duration;
  const [years = 0, months = 0, weeks = 0, days = 0] = parts
    .slice(1)
    .map((part) => Number(part || 0));
  const whole = years * 12 + months;
  const rest = weeks * 7 + days;
  return whole === 0 && rest === 0 ? null : `${whole}M${rest}D`;
}

/** As Azure writes what is off: `PT0S`. */
export function withoutNothing(duration: string | undefined): string | null {
  return duration === undefined || meaningOf(duration) === null ? null : duration;
}
