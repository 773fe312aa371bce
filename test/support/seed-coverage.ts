/** How a test proves a seed row: on the deciding function, or through the commands. */
export type SeedLevel = "decision" | "end to end";

export const SEED_LEVELS: readonly SeedLevel[] = ["decision", "end to end"];

/** What the test runner says of one test. */
export interface TestOutcome {
  readonly title: string;
  readonly passed: boolean;
}

export interface SeedRow {
  readonly id: string;
  /** Titles of passing tests, without ids and level, in the order of the run. */
  readonly tests: Readonly<Record<SeedLevel, readonly string[]>>;
}

export interface SeedCoverage {
  readonly rows: readonly SeedRow[];
  /** Titles that name a seed row but no level, or a row that the list does not have. They prove nothing. */
  readonly uncounted: readonly string[];
}

interface Claim {
  readonly ids: readonly string[];
  readonly level: SeedLevel;
  readonly sentence: string;
}

/** The ids of the checklist, in order: the first cells of its tables, then the invariants (`**I7**`). */
export function parseSeedIds(checklist: string): readonly string[] {
  const rows = [...checklist.matchAll(/^\| ([AB]-\d{2}) \|/gm)];
  const invariants = [...checklist.matchAll(/\*\*(I\d)\*\*/g)];
  return [...new Set([...rows, ...invariants].map(([, id = ""]) => id))];
}

/** Reads `B-45 B-46 [decision] sentence`; undefined for any other title. */
function tryParseClaim(title: string): Claim | undefined {
  const [, ids = "", level, sentence = ""] =
    /^((?:(?:[AB]-\d{2}|I\d)\s+)+)\[([^\]]+)\]\s+(.+)$/s.exec(title) ?? [];
  const known = SEED_LEVELS.find((each) => each === level);
  return known === undefined ? undefined : { ids: ids.trim().split(/\s+/), level: known, sentence };
}

/** Which seed rows the tests prove. Only passing tests count. */
export function coverSeeds(ids: readonly string[], outcomes: readonly TestOutcome[]): SeedCoverage {
  const known = new Set(ids);
  const proofs = outcomes.flatMap(({ title, passed }) => {
    const claim = tryParseClaim(title);
    return claim === undefined || !passed ? [] : [claim];
  });
  const proving = (id: string, level: SeedLevel) =>
    proofs
      .filter((claim) => claim.level === level && claim.ids.includes(id))
      .map(({ sentence }) => sentence);
  const rows = ids.map((id) => ({
    id,
    tests: { decision: proving(id, "decision"), "end to end": proving(id, "end to end") },
  }));
  const uncounted = outcomes
    .filter(({ title }) => /^(?:[AB]-\d|I\d )/.test(title))
    .filter(({ title }) => !(tryParseClaim(title)?.ids.every((id) => known.has(id)) ?? false))
    .map(({ title }) => title);
  return { rows, uncounted };
}

const CELL = 62;

/** The rows as text: id, then a column for each level, then totals. */
export function formatSeedCoverage({ rows, uncounted }: SeedCoverage): string {
  const head = line("id", "[decision]", "[end to end]");
  const body = rows.map(({ id, tests }) => {
    const left = tests.decision.flatMap(wrap);
    const right = tests["end to end"].flatMap(wrap);
    const height = Math.max(left.length, right.length, 1);
    return Array.from({ length: height }, (_, at) =>
      line(
        at === 0 ? id : "",
        left[at] ?? (at === 0 ? "-" : ""),
        right[at] ?? (at === 0 ? "-" : ""),
      ),
    ).join("");
  });
  const totals = SEED_LEVELS.map((level) => {
    const covered = rows.filter(({ tests }) => tests[level].length > 0).length;
    return `${`[${level}]`.padEnd(13)} ${String(covered).padStart(3)} of ${rows.length}\n`;
  });
  const loose = uncounted.map((title) => `not counted: ${title}\n`);
  return [head, ...body, "\n", ...loose, ...totals].join("");
}

function line(id: string, left: string, right: string): string {
  return `${id.padEnd(6)}${left.padEnd(CELL + 2)}${right}`.trimEnd().concat("\n");
}

/** Lines of at most `CELL` characters; those after the first are indented by two. */
function wrap(sentence: string): readonly string[] {
  const lines = [""];
  for (const word of sentence.split(/\s+/)) {
    const last = lines.at(-1) ?? "";
    const longer = last === "" ? word : `${last} ${word}`;
    if (longer.length <= CELL || last.trim() === "") lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return lines;
}
