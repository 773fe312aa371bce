import { namedPointExpectations } from "./named-points.ts";
import { restorableExpectations } from "./restorable.ts";
import { expectation, type Sight } from "./sight.ts";
import type { Expectation } from "./test-result.ts";
import { timeListExpectations } from "./time-lists.ts";

/** Everything that a `then` names, with what was found of it. */
export function expectationsOf(sight: Sight): readonly Expectation[] {
  const { points } = sight.claims.values;
  const texts = { expected: [String(points)], found: [String(sight.found.points.length)] };
  return [
    ...(points === null ? [] : [expectation(sight, "points", texts)]),
    ...timeListExpectations(sight),
    ...namedPointExpectations(sight),
    ...restorableExpectations(sight),
  ];
}
