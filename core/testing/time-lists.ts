import { expectation, type Sight, timesOf, writtenTime } from "./sight.ts";
import type { Expectation } from "./test-result.ts";

/** Which backups ran, which points exist and what keeps them: lists of times. */
export function timeListExpectations(sight: Sight): readonly Expectation[] {
  const { claims, found } = sight;
  const { points } = found;
  const { ran, visible, kept_by: keptBy } = claims.values;
  return [
    ...lists(sight, { block: "ran", named: ran, find: (type) => startsOf(type, sight) }),
    ...lists(sight, {
      block: "visible",
      named: visible,
      find: (type) =>
        timesOf(
          points.filter((point) => point.type === type),
          sight,
        ),
    }),
    ...lists(sight, { block: "kept_by", named: keptBy, find: (reason) => keptOf(reason, sight) }),
  ];
}

interface Lists {
  readonly block: string;
  readonly named: Readonly<Record<string, readonly string[] | null>> | null;
  readonly find: (name: string) => readonly string[];
}

function lists(sight: Sight, { block, named, find }: Lists): readonly Expectation[] {
  return Object.entries(named ?? {}).flatMap(([name, texts]) =>
    list(sight, { path: `${block}.${name}`, texts, find: () => find(name) }),
  );
}

interface List {
  readonly path: string;
  /** Null where nothing is expected. */
  readonly texts: readonly string[] | null;
  readonly find: () => readonly string[];
}

function list(sight: Sight, { path, texts, find }: List): readonly Expectation[] {
  if (texts === null) return [];
  const expected = texts.map((text) => writtenTime(text, path, sight));
  return [expectation(sight, path, { expected, found: find() })];
}

function startsOf(type: string, { found, at, time }: Sight): readonly string[] {
  return found.events
    .filter((event) => event.type === type)
    .filter(({ status, completedAt }) => status === "successful" && completedAt <= at)
    .map(({ startedAt }) => time.format(startedAt));
}

function keptOf(reason: string, sight: Sight): readonly string[] {
  const { found } = sight;
  const kept = found.points.filter(({ id }) =>
    found.decisions.get(id)?.retainedBy.some((each) => each === reason),
  );
  return timesOf(kept, sight);
}
