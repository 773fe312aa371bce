/** The name most like `given`, where one is like enough to have been meant. */
export function suggestName(given: string, names: Iterable<string>): string | undefined {
  const known = [...names];
  const same = known.find((name) => bareName(name) === bareName(given));
  return same ?? nearestName(given, known) ?? onlyLongerName(given, known);
}

/** `user` for `username`; shorter beginnings say too little. */
function onlyLongerName(given: string, names: readonly string[]): string | undefined {
  const longer = given.length < 4 ? [] : names.filter((name) => name.startsWith(given));
  return longer.length === 1 ? longer[0] : undefined;
}

/** Names that differ in case, dashes and underscores only are the same to whoever writes them. */
function bareName(name: string): string {
  return name.replace(/[-_]/g, "").toLowerCase();
}

function nearestName(given: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, Math.floor(given.length / 3)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - given.length) >= least) continue;
    const distance = editDistance(given, name);
    if (distance < least) {
      best = name;
      least = distance;
    }
  }
  return best;
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const name = suggestName(given, names);
  return name === undefined ? "" : ` Did you mean "${name}"?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, at) => at)];
  const cell = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= right.length; column += 1) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        cell(row - 1, column) + 1,
        cell(row, column - 1) + 1,
        cell(row - 1, column - 1) + cost,
        isSwap ? cell(row - 2, column - 2) + 1 : Infinity,
      );
    }
  }
  return cell(left.length, right.length);
}
