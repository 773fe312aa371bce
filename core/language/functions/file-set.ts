import { cleanPath } from "./file-path.ts";
import type { EnvironmentFault, FolderEntry } from "./function-environment.ts";

/** Lists one folder, relative to where the pattern starts (`""` is that place itself). */
type ListFolder = (
  folder: string,
) => { readonly entries: readonly FolderEntry[] } | EnvironmentFault;

/** Each alternative in braces makes a pattern of its own. */
const MOST_PATTERNS = 1000;

export class PatternError extends Error {
  override readonly name = "PatternError";
}

/**
 * The files that a glob pattern matches: `*` and `?` within a step, `**` for any number of folders, `[a-z]` and `[^a-z]`
 * for a character, `{a,b}` for alternatives, a backslash before what is meant as it stands. A name may begin with a dot.
 * `**` does not walk through symbolic links, which could go in a circle. Throws PatternError.
 */
export function findFiles(
  pattern: string,
  list: ListFolder,
): readonly string[] | (EnvironmentFault & { readonly folder: string }) {
  const found = new Set<string>();
  for (const alternative of expandBraces(pattern)) {
    const steps = stepsOf(cleanPath(alternative));
    const fault = walk({ folder: "", steps }, list, found);
    if (fault !== undefined) return fault;
  }
  return [...found];
}

const ANY_FOLDERS: unique symbol = Symbol("**");

type Step = typeof ANY_FOLDERS | RegExp | string;

interface Place {
  /** Empty, or ending in `/`. */
  readonly folder: string;
  readonly steps: readonly Step[];
}

function walk(
  start: Place,
  list: ListFolder,
  found: Set<string>,
): (EnvironmentFault & { readonly folder: string }) | undefined {
  const open: Place[] = [start];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { folder, steps } = place;
    const [step, ...rest] = steps;
    if (step === undefined) continue;
    if (typeof step === "string" && rest.length > 0) {
      open.push({ folder: `${folder}${step}/`, steps: rest });
      continue;
    }
    if (step === ANY_FOLDERS && rest.length > 0) open.push({ folder, steps: rest });
    const listed = list(folder);
    if ("fault" in listed) return { fault: listed.fault, folder };
    for (const entry of listed.entries) {
      const next = visit(entry, place);
      if (next === undefined) continue;
      if (next === "found") found.add(folder + entry.name);
      else open.push({ folder: `${folder}${entry.name}/`, steps: next });
    }
  }
  return undefined;
}

/** What an entry means: a file of the result, a folder to walk into with these steps, or nothing. */
function visit(
  { name, kind, isLink }: FolderEntry,
  { steps }: Place,
): "found" | readonly Step[] | undefined {
  const [step, ...rest] = steps;
  if (step === ANY_FOLDERS) {
    if (kind === "folder") return isLink ? undefined : steps;
    return rest.length === 0 && kind === "file" ? "found" : undefined;
  }
  const isMatch = typeof step === "string" ? step === name : step?.test(name) === true;
  if (!isMatch) return undefined;
  if (rest.length === 0) return kind === "file" ? "found" : undefined;
  return kind === "folder" ? rest : undefined;
}

function expandBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    const group = firstGroup(text);
    if (group === undefined) done.push(text);
    else for (const choice of group.choices) open.push(group.before + choice + group.after);
    if (done.length + open.length > MOST_PATTERNS) {
      throw new PatternError(`its braces stand for more than ${MOST_PATTERNS} patterns`);
    }
  }
  return done;
}

interface Group {
  readonly before: string;
  readonly choices: readonly string[];
  readonly after: string;
}

function firstGroup(pattern: string): Group | undefined {
  const commas: number[] = [];
  let start = -1;
  let depth = 0;
  for (let at = 0; at < pattern.length; at = afterCharacter(pattern, at)) {
    const character = pattern[at];
    if (character === "{") {
      if (depth === 0) start = at;
      depth += 1;
    } else if (character === "," && depth === 1) {
      commas.push(at);
    } else if (character === "}") {
      depth -= 1;
      if (depth < 0) throw new PatternError('a "}" has no "{" before it');
      if (depth === 0) {
        const bounds = [start, ...commas, at];
        const choices = bounds
          .slice(1)
          .map((end, index) => pattern.slice((bounds[index] ?? 0) + 1, end));
        return { before: pattern.slice(0, start), choices, after: pattern.slice(at + 1) };
      }
    }
  }
  if (depth > 0) throw new PatternError('a "{" is not closed');
  return undefined;
}

/** Where the next character of a pattern starts: a class and an escaped character count as one. */
function afterCharacter(pattern: string, at: number): number {
  if (pattern[at] === "\\") {
    if (at + 1 >= pattern.length) throw new PatternError("it ends in a backslash");
    return at + 2;
  }
  return pattern[at] === "[" ? classAt(pattern, at).end : at + 1;
}

const CLASS = /\[([!^]?)((?:\\.|[^\]\\])+)\]/sy;

function classAt(pattern: string, at: number): { readonly source: string; readonly end: number } {
  CLASS.lastIndex = at;
  const [whole, negation, body] = CLASS.exec(pattern) ?? [];
  if (whole === undefined || body === undefined) {
    throw new PatternError('a "[" is not closed, or holds nothing');
  }
  const content = body.replaceAll(/\\(.)|[[\]^&~|]/gsu, (text, escaped?: string) =>
    escapeRegExp(escaped ?? text),
  );
  return { source: `[${negation === "" ? "" : "^"}${content}]`, end: at + whole.length };
}

function escapeRegExp(character: string): string {
  return /[a-zA-Z0-9_]/.test(character) || /[^\x20-\x7e]/u.test(character) || character === " "
    ? character
    : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

function stepsOf(pattern: string): readonly Step[] {
  return splitSteps(pattern.replace(/^\//, "")).map((step) => {
    if (step === "**") return ANY_FOLDERS;
    return /[*?[\\]/.test(step) ? compileStep(step) : step;
  });
}

function splitSteps(pattern: string): readonly string[] {
  const steps: string[] = [];
  let start = 0;
  for (let at = 0; at < pattern.length; at = afterCharacter(pattern, at)) {
    if (pattern[at] !== "/") continue;
    steps.push(pattern.slice(start, at));
    start = at + 1;
  }
  return [...steps, pattern.slice(start)];
}

function compileStep(step: string): RegExp {
  let source = "";
  for (let at = 0; at < step.length; at = afterCharacter(step, at)) {
    const character = step[at] ?? "";
    if (character === "*") source += source.endsWith(".*") ? "" : ".*";
    else if (character === "?") source += ".";
    else if (character === "[") source += classAt(step, at).source;
    else source += escapeRegExp(step[character === "\\" ? at + 1 : at] ?? "");
  }
  return compiled(source);
}

function compiled(source: string): RegExp {
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    throw new PatternError("a range of characters in brackets goes backwards");
  }
}
