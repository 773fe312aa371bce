import { EXAMPLE } from "../memory-ports.ts";

/**
 * A script: what a user does at the command line, and what comes of it, as a text file.
 *
 *     A saved plan is carried out once.              the title, then any prose
 *
 *     --- example                                    main.hcl with the blocks of `EXAMPLE` in memory-ports.ts
 *     --- file more.hcl                              a file of the folder
 *     …
 *     --- server main                                databases of server.main, one a line: NAME [fact=value …]
 *     Shop
 *     --- steps
 *     $ holdfast plan -out weekly.plan               a command; `# …` and blank lines are prose
 *     exit 2                                         0 without it
 *     < yes                                          a line of its input
 *     | Plan: 1 to add                               its stdout, whole; UPDATE_SCRIPTS=1 writes these
 *     ! Warning: …                                   its stderr, whole
 *     ~ Plan: \d+ to add                             a pattern that stdout or stderr has
 *     !~ unprotected                                 a pattern that neither has
 *     @ summary.add = 1                              a member of the JSON on the last line of stdout
 *
 * Where a step has neither `|` nor `!`, its output may be anything. A step with a lone `|` is filled in by UPDATE_SCRIPTS=1.
 */
export interface Script {
  readonly title: string;
  readonly files: ReadonlyMap<string, string>;
  /** By name of the server block. */
  readonly servers: ReadonlyMap<string, readonly string[]>;
  /** Everything before the steps, as it stands in the file. */
  readonly head: string;
  readonly steps: readonly ScriptStep[];
}

export interface ScriptStep {
  /** Prose and blank lines before it. */
  readonly before: readonly string[];
  readonly line: number;
  readonly command: string;
  readonly exit: number;
  readonly input: readonly string[];
  /** Undefined where any output will do. */
  readonly output: { readonly stdout: string; readonly stderr: string } | undefined;
  /** `~ …`, `!~ …` and `@ …`, as they stand. */
  readonly checks: readonly string[];
}

const HEADER =
  /^--- (?:(?<example>example)|file (?<file>\S+)|server (?<server>\S+)|(?<steps>steps))$/;

export function parseScript(text: string): Script {
  const lines = text.replace(/\n$/, "").split("\n");
  const [title = ""] = lines;
  const files = new Map<string, string>();
  const servers = new Map<string, readonly string[]>();
  const starts = lines.flatMap((line, at) => (line.startsWith("--- ") ? [at] : []));
  for (const [index, start] of starts.entries()) {
    const header = HEADER.exec(lines[start] ?? "")?.groups;
    if (header === undefined) throw new Error(`line ${start + 1} is no header: ${lines[start]}`);
    const body = lines.slice(start + 1, starts[index + 1] ?? lines.length);
    const { example, file, server, steps } = header;
    if (example !== undefined) files.set("main.hcl", EXAMPLE);
    if (file !== undefined) files.set(file, `${body.join("\n")}\n`);
    if (server !== undefined)
      servers.set(
        server,
        body.filter((line) => line !== ""),
      );
    if (steps === undefined) continue;
    const head = lines.slice(0, start + 1).join("\n");
    return { title, files, servers, head, steps: parseSteps(lines, start + 1) };
  }
  throw new Error("the script has no steps");
}

interface OpenStep {
  before: string[];
  line: number;
  command: string;
  exit: number;
  input: string[];
  stdout: string[] | undefined;
  stderr: string[] | undefined;
  checks: string[];
}

function parseSteps(lines: readonly string[], start: number): readonly ScriptStep[] {
  const steps: OpenStep[] = [];
  let prose: string[] = [];
  for (let at = start; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const step = steps.at(-1);
    if (line.startsWith("$ ")) {
      const fresh = { exit: 0, input: [], stdout: undefined, stderr: undefined, checks: [] };
      steps.push({ ...fresh, before: prose, line: at + 1, command: line.slice(2) });
      prose = [];
    } else if (line === "" || line.startsWith("#")) prose.push(line);
    else if (step === undefined || prose.some((each) => each.startsWith("#")))
      throw new Error(`line ${at + 1} belongs to no command: ${line}`);
    else {
      prose = [];
      addLine(step, line, at + 1);
    }
  }
  return steps.map(({ stdout, stderr, ...step }) => ({
    ...step,
    output:
      stdout === undefined && stderr === undefined
        ? undefined
        : { stdout: joined(stdout), stderr: joined(stderr) },
  }));
}

function addLine(step: OpenStep, line: string, number: number): void {
  const [, mark = "", rest = ""] = /^(exit|[<|!~@]|!~)(?: (.*))?$/.exec(line) ?? [];
  if (mark === "exit") step.exit = Number(rest);
  else if (mark === "<") step.input.push(rest);
  else if (mark === "|") (step.stdout ??= []).push(rest);
  else if (mark === "!") (step.stderr ??= []).push(rest);
  else if (mark === "") throw new Error(`line ${number} is no part of a step: ${line}`);
  else step.checks.push(line);
}

function joined(lines: readonly string[] | undefined): string {
  return (lines ?? []).map((line) => `${line}\n`).join("");
}

/** The script with what its golden steps printed now. */
export function formatScript({ head, steps }: Pick<Script, "head" | "steps">): string {
  const blocks = steps.map((step) => {
    const marked = (mark: string, text: string) =>
      text === ""
        ? []
        : text
            .replace(/\n$/, "")
            .split("\n")
            .map((line) => `${mark} ${line}`.trimEnd());
    const { stdout, stderr } = step.output ?? { stdout: "", stderr: "" };
    return [
      ...step.before,
      `$ ${step.command}`,
      ...(step.exit === 0 ? [] : [`exit ${step.exit}`]),
      ...step.input.map((line) => `< ${line}`.trimEnd()),
      ...step.checks,
      ...marked("|", stdout),
      ...marked("!", stderr),
    ].join("\n");
  });
  return `${[head, ...blocks].join("\n")}\n`;
}
