const DURATION =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;

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
