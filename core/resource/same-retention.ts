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
  const read = lengthOf(duration);
  if (read === undefined) return duration;
  const { months, days } = read;
  return months === 0 && days === 0 ? null : `${months}M${days}D`;
}

function lengthOf(
  duration: string,
): { readonly months: number; readonly days: number } | undefined {
  const parts = DURATION.exec(duration);
  if (parts === null) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0] = parts
    .slice(1)
    .map((part) => Number(part || 0));
  return { months: years * 12 + months, days: weeks * 7 + days };
}

/** Roughly, to tell the shorter of two; 0 for what is off. A duration that cannot be read is no length: NaN. */
export function daysOf(duration: string | null): number {
  if (duration === null) return 0;
  const read = lengthOf(duration);
  return read === undefined ? Number.NaN : (read.months * 365.25) / 12 + read.days;
}

const WEEK = 7;
const TEN_YEARS = 3660;

/** Whether Azure can keep long-term backups for that time: none, or a week to ten years. */
export function isKeepable(duration: string): boolean {
  const days = daysOf(duration);
  return days === 0 || (days >= WEEK && days <= TEN_YEARS);
}

/** As Azure writes what is off: `PT0S`. */
export function withoutNothing(duration: string | undefined): string | null {
  return duration === undefined || meaningOf(duration) === null ? null : duration;
}
