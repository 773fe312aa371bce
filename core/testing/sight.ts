import type { Instant } from "../kit/clock.ts";
import type { SimulatedPoint } from "../policy/simulate/database-chain.ts";
import type { Outcome } from "../policy/simulate/simulate.ts";
import type { MomentDraft } from "./draft.ts";
import { placeOf } from "./given-history.ts";
import type { LocalTime } from "./local-time.ts";
import type { Expectation } from "./test-result.ts";

/** A moment of the story, as far as it is about the database that its `then` names. */
export interface Sight {
  readonly claims: MomentDraft["claims"];
  readonly found: Outcome;
  readonly at: Instant;
  readonly time: LocalTime;
}

export function sightOf({ claims, found, at, time }: Sight): Sight {
  const { database } = claims.values;
  const isWanted = (each: { readonly database: string }) =>
    database === null || each.database === database;
  const own: Outcome = {
    ...found,
    events: found.events.filter(isWanted),
    points: found.points.filter(isWanted),
    converted: found.converted.filter(isWanted),
    coverage: found.coverage.filter(isWanted),
  };
  return { claims, found: own, at, time };
}

/** What an argument of `then` expects, by its path, and what was found. */
export function expectation(
  { claims }: Sight,
  path: string,
  texts: { readonly expected: readonly string[]; readonly found: readonly string[] },
): Expectation {
  return {
    what: path.replaceAll(/[._]/g, " "),
    range: placeOf(claims, path),
    expected: texts.expected.toSorted(),
    found: texts.found.toSorted(),
  };
}

/** A time of an argument in the form in which found ones are written; what is no time is reported and stays. */
export function writtenTime(text: string, path: string, { claims, time }: Sight): string {
  const instant = time.read(text, placeOf(claims, path));
  return instant === undefined ? text : time.format(instant);
}

/** The moments of success. */
export function timesOf(points: readonly SimulatedPoint[], { time }: Sight): readonly string[] {
  return points.map(({ createdAt }) => time.format(createdAt));
}
