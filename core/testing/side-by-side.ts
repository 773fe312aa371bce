/** A line of a comparison; a text that one side lacks is undefined there. */
interface Row {
  readonly expected: string | undefined;
  readonly found: string | undefined;
}

export interface Comparison {
  readonly rows: readonly Row[];
  /** Expected and not found. */
  readonly missing: number;
  /** Found and not expected. */
  readonly surplus: number;
}

/** Compares two multisets of texts, both in order. */
export function compareTexts(expected: readonly string[], found: readonly string[]): Comparison {
  const rows: Row[] = [];
  let [left, right] = [0, 0];
  while (left < expected.length || right < found.length) {
    const [one, other] = [expected[left], found[right]];
    const takesLeft = one !== undefined && (other === undefined || one <= other);
    const takesRight = other !== undefined && (one === undefined || other <= one);
    rows.push({ expected: takesLeft ? one : undefined, found: takesRight ? other : undefined });
    left += Number(takesLeft);
    right += Number(takesRight);
  }
  return {
    rows,
    missing: rows.filter((row) => row.found === undefined).length,
    surplus: rows.filter((row) => row.expected === undefined).length,
  };
}

/** Up to so many lines all are shown; above it only those that differ, and no more than this. */
const MOST_ROWS = 40;
const NOTHING = "-";

/** Two columns, each line indented four spaces. */
export function formatSideBySide({ rows }: Comparison): string {
  const differing = rows.filter(({ expected, found }) => expected !== found);
  const chosen = rows.length <= MOST_ROWS ? rows : differing.slice(0, MOST_ROWS);
  const cells = [
    ["expected", "found"] as const,
    ...chosen.map(({ expected = NOTHING, found = NOTHING }) => [expected, found] as const),
  ];
  const width = Math.max(...cells.map(([left]) => left.length));
  const lines = cells.map(([left, right]) => `    ${left.padEnd(width)}   ${right}`);
  const hidden = differing.length - differing.filter((row) => chosen.includes(row)).length;
  if (hidden > 0) lines.push(`    … and ${hidden} more that differ`);
  const equal = rows.length - differing.length;
  if (chosen !== rows && equal > 0) lines.push(`    ${equal} more are on both sides`);
  return lines.join("\n");
}
