interface Field {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
  /** Whether all values mean the same as a star. Of days they do not: two fields of days that are no stars add up. */
  readonly isStar: boolean;
}

const MONTHS = [
  "",
  "JAN",
  "FEB",
  "MAR",
  "APR",
  "MAY",
  "JUN",
  "JUL",
  "AUG",
  "SEP",
  "OCT",
  "NOV",
  "DEC",
];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: readonly Field[] = [
  { least: 0, most: 59, names: [], isStar: true },
  { least: 0, most: 23, names: [], isStar: true },
  { least: 1, most: 31, names: [], isStar: false },
  { least: 1, most: 12, names: MONTHS, isStar: true },
  { least: 0, most: 7, names: DAYS, isStar: false },
];

const NICKNAMES: Readonly<Record<string, string>> = {
  "@YEARLY": "0 0 1 1 *",
  "@ANNUALLY": "0 0 1 1 *",
  "@MONTHLY": "0 0 1 * *",
  "@WEEKLY": "0 0 * * 0",
  "@DAILY": "0 0 * * *",
  "@HOURLY": "0 * * * *",
};

/** Behind schedules that follow the clock on the wall over summer time, where others name times of day (see `readCron`). */
const FOLLOWS = "~";

/**
 * What a cron expression means, in one spelling: numbers for names, lists for ranges and steps. Two that come out equal
 * start at the same times; what has signs of its own (`L`, `#`) is left as it is, in capitals.
 */
export function canonicalSchedule(expression: string): string {
  const text = expression.trim().replaceAll(/\s+/g, " ").toUpperCase();
  const fields = (NICKNAMES[text] ?? text).split(" ");
  if (fields.length !== FIELDS.length) return text;
  const times = fields.slice(0, 2).join(" ");
  const canonical = fields.map((field, index) => canonicalField(field, FIELDS[index]));
  return [...canonical, ...(/[*?/]/.test(times) ? [FOLLOWS] : [])].join(" ");
}

function canonicalField(text: string, field: Field | undefined): string {
  if (field === undefined || text === "*" || text === "?") return "*";
  const parts = text.split(",").map((part) => valuesOf(part, field));
  if (parts.some((values) => values === undefined)) return text;
  const isDay = field.names === DAYS;
  const all = new Set(
    parts.flatMap((values) => values ?? []).map((each) => (isDay ? each % 7 : each)),
  );
  if (field.isStar && all.size === field.most - field.least + 1) return "*";
  return [...all].sort((a, b) => a - b).join(",");
}

/** Undefined where the part says something else than values, ranges and steps. */
function valuesOf(part: string, field: Field): readonly number[] | undefined {
  const whole = `${field.least}-${field.names === DAYS ? field.most - 1 : field.most}`;
  const range = part.replace(/^\*/, whole);
  const [, first, last = first, step = "1"] = /^(\w+)(?:-(\w+)(?:\/(\d+))?)?$/.exec(range) ?? [];
  const [from, to, by] = [numberOf(first, field), numberOf(last, field), Number(step)];
  if (from === undefined || to === undefined || by === 0 || from > to) return undefined;
  const count = Math.floor((to - from) / by) + 1;
  return Array.from({ length: count }, (_, index) => from + index * by);
}

function numberOf(text: string | undefined, { least, most, names }: Field): number | undefined {
  if (text === undefined) return undefined;
  const named = names.indexOf(text);
  const number = named === -1 && /^\d{1,2}$/.test(text) ? Number(text) : named;
  return number >= least && number <= most ? number : undefined;
}
