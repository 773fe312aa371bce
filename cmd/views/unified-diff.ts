import { type Paint, PLAIN } from "./paint.ts";

const CONTEXT = 3;
/** How many lines ahead the next common line is looked for. */
const WINDOW = 50;

export interface DiffNames {
  readonly before: string;
  readonly after: string;
}

/** Lines [start, end) of one text that stand for lines [newStart, newEnd) of the other. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/**
 * A unified diff of a text and its formatted form, as `patch` takes it; empty where they are the same. Meant for texts whose
 * lines differ by white space and quotes: it goes through both side by side, in time linear in their length.
 */
export function formatDiff(
  before: string,
  after: string,
  { names, paint = PLAIN }: { readonly names: DiffNames; readonly paint?: Paint },
): string {
  const texts = { old: splitLines(before), fresh: splitLines(after) };
  const hunks = groupChanges(findChanges(texts)).map((changes) =>
    formatHunk(texts, changes, paint),
  );
  if (hunks.length === 0) return "";
  return `${paint.strong(`--- ${names.before}\n+++ ${names.after}`)}\n${hunks.join("")}`;
}

interface Texts {
  readonly old: readonly string[];
  readonly fresh: readonly string[];
}

/** Lines with their line feeds. */
function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function findChanges({ old, fresh }: Texts): readonly Change[] {
  const changes: Change[] = [];
  let [at, newAt] = [0, 0];
  while (at < old.length || newAt < fresh.length) {
    if (old[at] === fresh[newAt]) {
      at += 1;
      newAt += 1;
      continue;
    }
    const [taken, given] = stepToNext({ old, fresh }, at, newAt);
    const change = { start: at, end: at + taken, newStart: newAt, newEnd: newAt + given };
    const last = changes.at(-1);
    if (last?.end === at && last.newEnd === newAt) {
      changes[changes.length - 1] = { ...change, start: last.start, newStart: last.newStart };
    } else changes.push(change);
    at = change.end;
    newAt = change.newEnd;
  }
  return changes;
}

/** How many lines of each text lie before the next that say the same; both 1 for a line that only looks otherwise. */
function stepToNext({ old, fresh }: Texts, at: number, newAt: number): readonly [number, number] {
  if (saysSame(old[at], fresh[newAt])) return [1, 1];
  for (let sum = 1; sum <= WINDOW; sum += 1) {
    for (let ahead = 0; ahead <= sum; ahead += 1) {
      if (saysSame(old[at + ahead], fresh[newAt + sum - ahead])) return [ahead, sum - ahead];
    }
  }
  return [at < old.length ? 1 : 0, newAt < fresh.length ? 1 : 0];
}

function saysSame(line: string | undefined, other: string | undefined): boolean {
  if (line === undefined || other === undefined) return false;
  const bare = line.replaceAll(/\s+/g, "");
  return bare !== "" && bare === other.replaceAll(/\s+/g, "");
}

/** Changes whose surroundings touch stand in one hunk. */
function groupChanges(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    const end = last?.at(-1)?.end ?? Number.NEGATIVE_INFINITY;
    if (last !== undefined && change.start - end <= 2 * CONTEXT) last.push(change);
    else groups.push([change]);
  }
  return groups;
}

function formatHunk({ old, fresh }: Texts, changes: readonly Change[], paint: Paint): string {
  const [first, last] = [changes[0], changes.at(-1)];
  if (first === undefined || last === undefined) return "";
  const start = Math.max(0, first.start - CONTEXT);
  const end = Math.min(old.length, last.end + CONTEXT);
  const newStart = first.newStart - (first.start - start);
  const newEnd = last.newEnd + (end - last.end);
  const lines: string[] = [];
  let at = start;
  for (const change of changes) {
    lines.push(...marked(" ", old.slice(at, change.start)));
    lines.push(...marked("-", old.slice(change.start, change.end)).map(painted(paint.removed)));
    lines.push(
      ...marked("+", fresh.slice(change.newStart, change.newEnd)).map(painted(paint.added)),
    );
    at = change.end;
  }
  lines.push(...marked(" ", old.slice(at, end)));
  const head = `@@ -${place(start, end)} +${place(newStart, newEnd)} @@`;
  return `${paint.faint(head)}\n${lines.join("")}`;
}

/** Line numbers count from 1; an empty place is named by the line before it. */
function place(start: number, end: number): string {
  const length = end - start;
  const line = length === 0 ? start : start + 1;
  return length === 1 ? `${line}` : `${line},${length}`;
}

function marked(mark: string, lines: readonly string[]): string[] {
  return lines.map((line) =>
    line.endsWith("\n") ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`,
  );
}

/** Colours lines without their line feeds, which a pager would carry over. */
function painted(colour: (text: string) => string): (line: string) => string {
  return (line) => line.replaceAll(/[^\n]+/g, colour);
}
