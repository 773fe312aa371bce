import type { TextRules } from "./text-rules.ts";

/** Patterns of LIKE and PATINDEX: `%`, `_`, `[a-f]`, `[^a]`, and an escape character. */

type Step =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "any" }
  | { readonly kind: "one" }
  | { readonly kind: "set"; readonly negated: boolean; readonly ranges: readonly Range[] };

interface Range {
  readonly low: string;
  readonly high: string;
}

export interface LikePattern {
  matches(text: string): boolean;
  /** 1-based place of the first match of the pattern without its leading `%`; 0 when there is none. */
  find(text: string): number;
}

interface Reading {
  readonly pattern: string;
  readonly escape: string | undefined;
  /** Trailing spaces of a text count when it is nchar or nvarchar, and not when it is char or varchar. */
  readonly wide: boolean;
}

/** Undefined: the set is not closed, so that it matches nothing. */
function parseSet(
  { pattern, escape }: Reading,
  start: number,
): { step: Step; end: number } | undefined {
  let at = start + 1;
  const negated = pattern[at] === "^";
  if (negated) at += 1;
  const characters: { text: string; isLiteral: boolean }[] = [];
  while (at < pattern.length && (pattern[at] !== "]" || characters.length === 0)) {
    const isEscaped = escape !== undefined && pattern[at] === escape;
    if (isEscaped) at += 1;
    characters.push({ text: pattern[at] ?? "", isLiteral: isEscaped });
    at += 1;
  }
  if (at >= pattern.length) return undefined;
  return { step: { kind: "set", negated, ranges: rangesOf(characters) }, end: at + 1 };
}

function rangesOf(characters: readonly { text: string; isLiteral: boolean }[]): Range[] {
  const ranges: Range[] = [];
  for (let index = 0; index < characters.length; index += 1) {
    const low = characters[index]?.text ?? "";
    const dash = characters[index + 1];
    const high = characters[index + 2];
    if (dash?.text === "-" && !dash.isLiteral && high !== undefined) {
      ranges.push({ low, high: high.text });
      index += 2;
    } else ranges.push({ low, high: low });
  }
  return ranges;
}

function parseSteps(reading: Reading): Step[] | undefined {
  const { pattern, escape } = reading;
  const steps: Step[] = [];
  let text = "";
  const flush = (): void => {
    if (text !== "") steps.push({ kind: "text", text });
    text = "";
  };
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at] ?? "";
    at += 1;
    if (character === escape) {
      text += pattern[at] ?? "";
      at += 1;
    } else if (character === "[") {
      flush();
      const set = parseSet(reading, at - 1);
      if (set === undefined) return undefined;
      steps.push(set.step);
      at = set.end;
    } else if (character === "%" || character === "_") {
      flush();
      steps.push({ kind: character === "%" ? "any" : "one" });
    } else text += character;
  }
  flush();
  return steps;
}

type Match = (text: string, folded: string, at: number) => number;

/** A matcher of one character or text: gives the place behind it, or -1. */
function stepMatcher(step: Exclude<Step, { kind: "any" }>, rules: TextRules): Match {
  switch (step.kind) {
    case "text": {
      const wanted = rules.fold(step.text);
      return (_, folded, at) => (folded.startsWith(wanted, at) ? at + wanted.length : -1);
    }
    case "one":
      return (text, _, at) => (at < text.length ? at + 1 : -1);
    case "set":
      return (text, _, at) => {
        if (at >= text.length) return -1;
        const character = text.charAt(at);
        const isIn = step.ranges.some(
          ({ low, high }) =>
            rules.compareCharacters(character, low) >= 0 &&
            rules.compareCharacters(character, high) <= 0,
        );
        return isIn === step.negated ? -1 : at + 1;
      };
    default:
      return step satisfies never;
  }
}

interface Subject {
  readonly text: string;
  readonly folded: string;
}

/** Matches the steps between two `%` at one place. */
function matchPart(part: readonly Match[], { text, folded }: Subject, start: number): number {
  let at = start;
  for (const matcher of part) {
    at = matcher(text, folded, at);
    if (at < 0) return -1;
  }
  return at;
}

/** The end of the first match at or behind `start` whose end is good enough; -1 when there is none. */
function searchPart(
  part: readonly Match[],
  subject: Subject,
  { start, isGoodEnd }: { readonly start: number; readonly isGoodEnd: (end: number) => boolean },
): number {
  for (let from = start; from <= subject.text.length; from += 1) {
    const end = matchPart(part, subject, from);
    if (end >= 0 && isGoodEnd(end)) return end;
  }
  return -1;
}

function splitAtAny(steps: readonly Step[], rules: TextRules): Match[][] {
  const parts: Match[][] = [[]];
  for (const step of steps) {
    if (step.kind === "any") parts.push([]);
    else parts.at(-1)?.push(stepMatcher(step, rules));
  }
  return parts;
}

type Runner = (subject: Subject, start: number) => boolean;

function runner(parts: readonly Match[][], reading: Reading): Runner {
  const [head = [], ...rest] = parts;
  const tail = rest.pop();
  const isEnd = ({ text }: Subject, at: number): boolean =>
    at === text.length || (!reading.wide && text.slice(at).trimEnd() === "");
  return (subject, start) => {
    let at = matchPart(head, subject, start);
    if (tail === undefined || at < 0) return at >= 0 && isEnd(subject, at);
    for (const part of rest) {
      at = searchPart(part, subject, { start: at, isGoodEnd: () => true });
      if (at < 0) return false;
    }
    if (tail.length === 0) return true;
    const isGoodEnd = (end: number): boolean => isEnd(subject, end);
    return searchPart(tail, subject, { start: at, isGoodEnd }) >= 0;
  };
}

const NEVER: LikePattern = { matches: () => false, find: () => 0 };

export function compileLike(reading: Reading, rules: TextRules): LikePattern {
  const steps = parseSteps(reading);
  if (steps === undefined) return NEVER;
  const run = runner(splitAtAny(steps, rules), reading);
  const startsAnywhere = steps[0]?.kind === "any";
  const rest = startsAnywhere ? runner(splitAtAny(steps.slice(1), rules), reading) : run;
  return {
    matches: (text) => run({ text, folded: rules.fold(text) }, 0),
    find(text) {
      const subject = { text, folded: rules.fold(text) };
      if (!startsAnywhere) return run(subject, 0) ? 1 : 0;
      for (let at = 0; at <= text.length; at += 1) {
        if (rest(subject, at)) return at + 1;
      }
      return 0;
    },
  };
}
