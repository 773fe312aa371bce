import { type Instant, toInstant } from "../../kit/clock.ts";

/** Instants from one to another, both included. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** The same instants as the fewest spans, in order. Instants are whole milliseconds, so neighbours become one. */
export function uniteSpans(spans: readonly Span[]): readonly Span[] {
  const united: { from: Instant; to: Instant }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = united.at(-1);
    if (last === undefined || from > last.to + 1) united.push({ from, to });
    else last.to = Math.max(to, last.to) as Instant;
  }
  return united;
}

/** The instants of `spans` that are not in `removed`; both as `uniteSpans` gives them. */
export function subtractSpans(spans: readonly Span[], removed: readonly Span[]): readonly Span[] {
  const left: Span[] = [];
  let next = 0;
  for (const { from, to } of spans) {
    let start: number = from;
    while ((removed[next]?.to ?? to) < from) next += 1;
    for (let index = next; index < removed.length; index += 1) {
      const hole = removed[index];
      if (hole === undefined || hole.from > to) break;
      if (hole.from > start) left.push({ from: toInstant(start), to: toInstant(hole.from - 1) });
      start = Math.max(start, hole.to + 1);
    }
    if (start <= to) left.push({ from: toInstant(start), to });
  }
  return left;
}
