import type { RE2JS } from "re2js";
import type { LatePackages } from "./late-packages.ts";

/** A pattern of RE2: time linear in the text, no look-around, no back-references. */
export type Pattern = RE2JS;

export interface PatternFault {
  /** What is wrong, such as `missing closing ]`. */
  readonly reason: string;
  /** The part of the pattern at fault. */
  readonly part: string;
}

/** Patterns are compiled once for many calls, the last ones kept. */
const LARGEST_CACHE = 100;
const compiled = new Map<string, Pattern | PatternFault>();

export function compilePattern(text: string, packages: LatePackages): Pattern | PatternFault {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const pattern = compile(text, packages);
  if (compiled.size >= LARGEST_CACHE) compiled.delete(compiled.keys().next().value ?? "");
  compiled.set(text, pattern);
  return pattern;
}

function compile(text: string, packages: LatePackages): Pattern | PatternFault {
  const { RE2JS, RE2JSSyntaxException } = packages.re2();
  try {
    return RE2JS.compile(text);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return { reason: error.getDescription(), part: error.getPattern() ?? "" };
  }
}

export function isPatternFault(result: Pattern | PatternFault): result is PatternFault {
  return "reason" in result;
}

/** The names of the groups in order; undefined for a group without a name. */
export function groupNames(pattern: Pattern): readonly (string | undefined)[] {
  const names: (string | undefined)[] = Array.from({ length: pattern.groupCount() });
  for (const [name, number] of Object.entries(pattern.namedGroups())) names[number - 1] = name;
  return names;
}

export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Undefined for a group that took no part. */
  readonly groups: readonly (string | undefined)[];
}

/** All matches from left to right, no two overlapping; an empty one right behind another does not count. */
export function* findMatches(pattern: Pattern, text: string): Generator<PatternMatch, void> {
  const matcher = pattern.matcher(text);
  let from = 0;
  let previousEnd = -1;
  while (from <= text.length && matcher.find(from)) {
    const start = matcher.start();
    const end = matcher.end();
    const isRepeat = start === end && start === previousEnd;
    if (!isRepeat) {
      const groups = Array.from(
        { length: pattern.groupCount() },
        (_, at) => matcher.group(at + 1) ?? undefined,
      );
      yield { start, end, text: text.slice(start, end), groups };
    }
    previousEnd = end;
    from = end > from ? end : from + ((text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1);
  }
}

/** Replaces all matches; `$1`, `$name` and `${name}` in the replacement stand for groups, `$$` for a dollar. */
export function replaceMatches(text: string, pattern: Pattern, replacement: string): string {
  const names = groupNames(pattern);
  let result = "";
  let from = 0;
  for (const match of findMatches(pattern, text)) {
    result += text.slice(from, match.start) + expand(replacement, match, names);
    from = match.end;
  }
  return result + text.slice(from);
}

/** A name is as long as possible: `$1x` is `${1x}`, which no group has. */
const REFERENCE = /\$(?:\$|\{[\p{L}\p{Nd}_]+\}|[\p{L}\p{Nd}_]+)/gu;

function expand(
  template: string,
  { text, groups }: PatternMatch,
  names: readonly (string | undefined)[],
): string {
  if (!template.includes("$")) return template;
  return template.replaceAll(REFERENCE, (reference) => {
    if (reference === "$$") return "$";
    const name = reference.replaceAll(/[${}]/g, "");
    if (name === "0") return text;
    if (/^\d+$/.test(name)) return groups[Number(name) - 1] ?? "";
    return groups[names.indexOf(name)] ?? "";
  });
}
