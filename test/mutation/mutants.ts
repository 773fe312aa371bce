/** One small mistake in a source file. */
export interface Mutant {
  /** From 1. */
  readonly line: number;
  /** What is written there, and what instead. */
  readonly change: string;
  readonly source: string;
}

/** Operators that a tired hand mixes up; each is written with spaces around it, as the formatter has it. */
const SWAPS: readonly (readonly [string, readonly string[]])[] = [
  [" === ", [" !== "]],
  [" !== ", [" === "]],
  [" > ", [" >= ", " < "]],
  [" >= ", [" > ", " < "]],
  [" < ", [" <= ", " > "]],
  [" <= ", [" < ", " > "]],
  [" && ", [" || "]],
  [" || ", [" && "]],
  [" + ", [" - "]],
  [" - ", [" + "]],
  ["Math.max(", ["Math.min("]],
  ["Math.min(", ["Math.max("]],
  ["NO_END)", ["0)"]],
];

/** Swapped operators, guards that never or always hold, filters that let everything through. */
export function mutantsOf(source: string): readonly Mutant[] {
  const code = blankOut(source);
  return [...swapped(source, code), ...guards(source, code), ...filters(source, code)];
}

/** Comments, imports and texts as spaces, so that places stay the same. */
function blankOut(source: string): string {
  const quiet = /\/\*[\s\S]*?\*\/|\/\/.*|^import[\s\S]*?;$|"[^"\n]*"/gm;
  return source.replaceAll(quiet, (text) => text.replaceAll(/[^\n]/g, " "));
}

function replaced(source: string, at: number, [before, after]: readonly [string, string]): Mutant {
  const line = source.slice(0, at).split("\n").length;
  const change = `${before.trim()} -> ${after.trim()}`;
  return { line, change, source: source.slice(0, at) + after + source.slice(at + before.length) };
}

function swapped(source: string, code: string): readonly Mutant[] {
  return SWAPS.flatMap(([before, others]) =>
    placesOf(code, before).flatMap((at) =>
      others.map((after) => replaced(source, at, [before, after])),
    ),
  );
}

function guards(source: string, code: string): readonly Mutant[] {
  return placesOf(code, "if (").flatMap((at) => {
    const end = closingOf(code, at + 3);
    const before = source.slice(at, end + 1);
    return ["if (false)", "if (true)"].map((after) => replaced(source, at, [before, after]));
  });
}

function filters(source: string, code: string): readonly Mutant[] {
  return placesOf(code, ".filter(").map((at) => {
    const before = source.slice(at, closingOf(code, at + 7) + 1);
    return replaced(source, at, [before, ""]);
  });
}

function placesOf(code: string, text: string): readonly number[] {
  const places: number[] = [];
  for (let at = code.indexOf(text); at >= 0; at = code.indexOf(text, at + 1)) places.push(at);
  return places;
}

/** The place of the bracket that closes the one at `open`. */
function closingOf(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (code[at] === "(") depth += 1;
    if (code[at] === ")") depth -= 1;
    if (depth === 0) return at;
  }
  return code.length - 1;
}
