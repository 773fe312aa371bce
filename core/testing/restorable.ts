import type { Instant } from "../kit/clock.ts";
import { placeOf } from "./given-history.ts";
import { expectation, type Sight, writtenTime } from "./sight.ts";
import type { Expectation } from "./test-result.ts";

/** Both ends belong to it. */
interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

const SEPARATOR = " to ";

/** What the database can be restored to. */
export function restorableExpectations(sight: Sight): readonly Expectation[] {
  const { restorable } = sight.claims.values;
  if (restorable === null) return [];
  const { at, not_at: notAt, exactly } = restorable;
  const stretches = joined(sight.found.coverage);
  const covers = (instant: Instant) =>
    stretches.some(({ from, to }) => from <= instant && instant <= to);
  return [
    ...asked(sight, { path: "restorable.at", texts: at, holds: covers }),
    ...asked(sight, { path: "restorable.not_at", texts: notAt, holds: (each) => !covers(each) }),
    ...whole(sight, exactly, stretches),
  ];
}

interface Asked {
  readonly path: string;
  readonly texts: readonly string[] | null;
  readonly holds: (instant: Instant) => boolean;
}

/** Found are those of the instants asked for of which it holds. */
function asked(sight: Sight, { path, texts, holds }: Asked): readonly Expectation[] {
  if (texts === null) return [];
  const { time, claims } = sight;
  const instants = texts
    .map((text) => time.read(text, placeOf(claims, path)))
    .filter((instant) => instant !== undefined);
  const written = (each: Instant) => time.format(each);
  const found = instants.filter(holds).map(written);
  return [expectation(sight, path, { expected: instants.map(written), found })];
}

function whole(
  sight: Sight,
  texts: readonly string[] | null,
  stretches: readonly Stretch[],
): readonly Expectation[] {
  if (texts === null) return [];
  const path = "restorable.exactly";
  const expected = texts.map((text) =>
    text
      .split(SEPARATOR)
      .map((end) => writtenTime(end, path, sight))
      .join(SEPARATOR),
  );
  const found = stretches.map(({ from, to }) =>
    [...new Set([from, to])].map((end) => sight.time.format(end)).join(SEPARATOR),
  );
  return [expectation(sight, path, { expected, found })];
}

/** In order; those that meet or overlap are one. */
function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const result: Stretch[] = [];
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = result.at(-1);
    if (last === undefined || from > last.to) result.push({ from, to });
    else if (to > last.to) result[result.length - 1] = { from: last.from, to };
  }
  return result;
}
