/** A part of a text that may be cut between its entries. */
export interface Part {
  readonly open: string;
  readonly entries: readonly string[];
  /** How many entries there are beyond those, which could not fit anyway. */
  readonly omitted: number;
  readonly close: string;
  /** Says that so many entries are left out; stands where they would. */
  readonly more: (count: number) => string;
}

/** An entry has nine bytes at least, so more of them never fit. */
const MOST_ENTRIES = 7_000;

/** Entries of those items that can fit; a plan may have a million. */
export function entriesOf<Item>(
  items: readonly Item[],
  format: (item: Item) => string,
): Pick<Part, "entries" | "omitted"> {
  const entries = items.slice(0, MOST_ENTRIES).map(format);
  return { entries, omitted: items.length - entries.length };
}

/** In bytes of UTF-8, of which a text has at least as many as characters, however they are counted. */
function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

interface Measured {
  readonly part: Part;
  readonly sizes: readonly number[];
  /** Without any entry, all of them left out. */
  readonly least: number;
  readonly whole: number;
}

function measure(part: Part): Measured {
  const { open, close, more, entries, omitted } = part;
  const sizes = entries.map(sizeOf);
  const end = omitted === 0 ? 0 : sizeOf(more(omitted));
  const around = sizeOf(open) + sizeOf(close);
  const whole = sizes.reduce((sum, size) => sum + size, around + end);
  const least = Math.min(whole, around + sizeOf(more(entries.length + omitted)));
  return { part, sizes, least, whole };
}

/**
 * The parts within so many bytes, in their order. Where they do not fit, each says how many entries it leaves out: first all
 * get an equal share, then what is left over goes to the first ones.
 */
export function fitParts(parts: readonly Part[], room: number): string {
  const measured = parts.map(measure);
  const least = measured.reduce((sum, part) => sum + part.least, 0);
  const share = Math.max(0, Math.floor((room - least) / Math.max(1, parts.length)));
  const allowed = measured.map((part) => Math.min(part.whole, part.least + share));
  let left = room - allowed.reduce((sum, size) => sum + size, 0);
  return measured
    .map((part, index) => {
      const extra = Math.max(0, Math.min(left, part.whole - (allowed[index] ?? 0)));
      left -= extra;
      return cutPart(part, (allowed[index] ?? 0) + extra);
    })
    .join("");
}

function cutPart({ part, sizes, least, whole }: Measured, room: number): string {
  const { open, entries, close, more, omitted } = part;
  if (whole <= room) return open + entries.join("") + (omitted > 0 ? more(omitted) : "") + close;
  let used = least;
  let count = 0;
  while (count < sizes.length && used + (sizes[count] ?? 0) <= room) {
    used += sizes[count] ?? 0;
    count += 1;
  }
  return open + entries.slice(0, count).join("") + more(entries.length - count + omitted) + close;
}
