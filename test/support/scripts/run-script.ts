import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isJsonObject, type Json } from "../../../core/kit/json.ts";
import { checkOutput } from "./check-output.ts";
import { ScriptScrubber } from "./script-scrubber.ts";
import { runStep, shellWords } from "./script-steps.ts";
import { formatScript, parseScript, type Script, type ScriptStep } from "./script-text.ts";
import { makeScriptWorld, type RunOutcome, type ScriptWorld } from "./script-world.ts";

/** Runs a script, and gives its text with what its golden steps printed. Throws at the first step that went otherwise. */
export async function runScript(text: string, update: boolean): Promise<string> {
  const script = parseScript(text);
  await using world = await makeScriptWorld();
  await prepare(script, world);
  const scrubber = new ScriptScrubber(world.folder);
  const steps: ScriptStep[] = [];
  for (const step of script.steps) {
    const outcome = await outcomeOf(step, world, scrubber);
    const printed = { stdout: outcome.stdout, stderr: outcome.stderr };
    const isUpdated = update && step.output !== undefined;
    const expected = isUpdated ? { ...step, output: printed } : step;
    check(expected, outcome);
    steps.push(expected);
  }
  return formatScript({ ...script, steps });
}

async function prepare({ files, servers }: Script, world: ScriptWorld): Promise<void> {
  for (const [name, text] of files) {
    const path = join(world.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  for (const [server, lines] of servers) {
    world.servers.change(server, "up");
    for (const line of lines) world.servers.change(server, line);
  }
}

async function outcomeOf(
  { command, input }: ScriptStep,
  world: ScriptWorld,
  scrubber: ScriptScrubber,
): Promise<RunOutcome> {
  const words = shellWords(command).map((word) => scrubber.expand(word));
  const typed = input.map((line) => scrubber.expand(line));
  const { code, stdout, stderr } = await runStep(words, world, typed);
  if (words[0] === "holdfast") checkOutput(withoutFolder(words.slice(1)), stdout);
  const tidy = (text: string) => scrubber.scrub(text).replaceAll(/[ \t]+$/gm, "");
  return { code, stdout: tidy(stdout), stderr: tidy(stderr) };
}

function withoutFolder(words: readonly string[]): readonly string[] {
  return /^--?chdir=/.test(words[0] ?? "") ? words.slice(1) : words;
}

function check(step: ScriptStep, { code, stdout, stderr }: RunOutcome): void {
  const at = `line ${step.line}: ${step.command}`;
  const printed = `${at}\n${stdout}${stderr}`;
  assert.equal(code, step.exit, printed);
  if (step.output !== undefined) {
    assert.equal(stdout, step.output.stdout, `${at}: its stdout`);
    assert.equal(stderr, step.output.stderr, `${at}: its stderr`);
  }
  for (const line of step.checks) {
    const [, mark, rest = ""] = /^(~|!~|@) (.*)$/.exec(line) ?? [];
    if (mark === "@") checkMember(rest, stdout, at);
    else {
      const isFound = new RegExp(rest, "mu").test(stdout) || new RegExp(rest, "mu").test(stderr);
      assert.equal(isFound, mark === "~", `${line}\n${printed}`);
    }
  }
}

/** `resource_changes.0.change.actions = ["update"]`; `length` counts. */
function checkMember(text: string, stdout: string, at: string): void {
  const [, path = "", wanted = ""] = /^(\S+) = (.*)$/.exec(text) ?? [];
  let value: unknown = documentOf(stdout);
  for (const name of path.split(".")) {
    const isMember = Array.isArray(value) || isJsonObject(value as Json);
    value = isMember ? (value as Record<string, unknown>)[name] : undefined;
  }
  assert.deepEqual(value, JSON.parse(wanted), `${at}\n@ ${path}`);
}

/** The one document, or the last line of a stream. */
function documentOf(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  }
}
