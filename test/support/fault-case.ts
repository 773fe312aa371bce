import assert from "node:assert/strict";
import type { Code } from "../../core/diagnostics/codes.ts";
import { type EventLine, parseEvent } from "./holdfast-output.ts";
import type { CommandOutcome } from "./holdfast-process.ts";
import { assertNoSecretIn, assertNoSecretUnder } from "./secret-search.ts";
import type { TestProject } from "./test-project.ts";

/** A command that must fail: how, and with which words. */
export interface Fault {
  readonly args: readonly string[];
  readonly code: Code;
  /** [1] */
  readonly exit?: number;
  /** What the detail of the diagnostic must say. */
  readonly says?: RegExp;
  /** Codes of errors that may stand beside it, such as the one that sums up an apply. */
  readonly beside?: readonly Code[];
}

/** Commands whose stream of JSON ends with a summary, also when they fail. */
const STREAMS = new Set(["apply", "destroy", "backup", "restore"]);

/**
 * Runs the command with -json and judges what it left: one error with that code, nothing but JSON on stdout, nothing on
 * stderr, a summary at the end of a stream, and no secret on the screen or in any file of the project.
 */
export async function assertFault(project: TestProject, fault: Fault): Promise<CommandOutcome> {
  const at = fault.args.findIndex((word) => !word.startsWith("-")) + 1;
  const outcome = await project.run(...fault.args.toSpliced(at, 0, "-json"));
  const told = `${fault.args.join(" ")}:\n${outcome.stdout}${outcome.stderr}`;
  const lines = linesOf(outcome);
  const errors = lines.filter(
    ({ type, severity }) => type === "diagnostic" && severity === "error",
  );
  const codes = errors.map(({ code }) => String(code));
  const beside: readonly string[] = fault.beside ?? [];
  assert.deepEqual(
    codes.filter((code) => !beside.includes(code)),
    [fault.code],
    told,
  );
  const error = errors.find(({ code }) => code === fault.code);
  assert.match(String(error?.detail), fault.says ?? /\w/);
  assert.equal(outcome.code, fault.exit ?? 1, told);
  assert.equal(outcome.stderr, "");
  const [command = ""] = fault.args;
  if (STREAMS.has(command)) {
    assert.equal(lines.at(-1)?.type, "summary", told);
    assert.equal(lines.at(-1)?.status, "failed", told);
  }
  assertKeepsSecrets(project, outcome);
  return outcome;
}

/** No secret of the project's environment is on the screen or in a file. */
export function assertKeepsSecrets(project: TestProject, outcome: CommandOutcome): void {
  const secrets = Object.values(project.environment);
  assertNoSecretIn(outcome, secrets);
  assertNoSecretUnder(project.directory, secrets);
}

interface Line extends EventLine {
  readonly severity?: string;
  readonly status?: string;
}

/** One JSON object a line. */
export function linesOf({ stdout }: Pick<CommandOutcome, "stdout">): readonly Line[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map(parseEvent);
}
