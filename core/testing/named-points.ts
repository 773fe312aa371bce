import type { SimulatedPoint } from "../policy/simulate/database-chain.ts";
import { expectation, type Sight, writtenTime } from "./sight.ts";
import type { Expectation } from "./test-result.ts";

/** What is said of points that are named by the moment of their success. */
export function namedPointExpectations(sight: Sight): readonly Expectation[] {
  const { base, expires, converted } = sight.claims.values;
  return [
    ...of(sight, {
      path: "base",
      map: base,
      word: "none",
      valueOf: (point) => baseOf(point, sight),
    }),
    ...of(sight, {
      path: "expires",
      map: expires,
      word: "never",
      valueOf: (point) => endOf(point, sight),
    }),
    ...convertedExpectations(sight, converted),
  ];
}

interface NamedPoints {
  readonly path: string;
  readonly map: Readonly<Record<string, string>> | null;
  /** A value that is no time. */
  readonly word: string;
  readonly valueOf: (point: SimulatedPoint) => string;
}

function of(sight: Sight, { path, map, word, valueOf }: NamedPoints): readonly Expectation[] {
  if (map === null) return [];
  const {
    time,
    found: { points },
  } = sight;
  const wanted = Object.entries(map).map(([key, value]) => {
    const written = value === word ? word : writtenTime(value, path, sight);
    return { key: writtenTime(key, path, sight), written };
  });
  const found = wanted.flatMap(({ key }) => {
    const named = points.filter(({ createdAt }) => time.format(createdAt) === key);
    return named.length === 0
      ? [entry(key, "no such point")]
      : named.map((point) => entry(key, valueOf(point)));
  });
  const expected = wanted.map(({ key, written }) => entry(key, written));
  return [expectation(sight, path, { expected, found })];
}

function baseOf({ base }: SimulatedPoint, { found, time }: Sight): string {
  if (base === null) return "none";
  const needed = found.points.find(({ id }) => id === base);
  return needed === undefined ? "gone" : time.format(needed.createdAt);
}

function endOf({ id }: SimulatedPoint, { found, time }: Sight): string {
  const end = found.decisions.get(id)?.expiresAt ?? null;
  return end === null ? "never" : time.format(end);
}

function convertedExpectations(
  sight: Sight,
  map: Readonly<Record<string, string>> | null,
): readonly Expectation[] {
  if (map === null) return [];
  const expected = Object.entries(map).map(([key, reason]) =>
    entry(writtenTime(key, "converted", sight), reason),
  );
  const found = sight.found.converted.map(({ createdAt, conversionReason }) =>
    entry(sight.time.format(createdAt), conversionReason ?? "no reason"),
  );
  return [expectation(sight, "converted", { expected, found })];
}

/** As a map of the language has it. */
function entry(key: string, value: string): string {
  return `${key} = ${value}`;
}
