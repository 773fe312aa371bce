import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Json, JsonObject } from "../../core/kit/json.ts";

/** The built product, as a user starts it. */
export const HOLDFAST = join(
  import.meta.dirname,
  "..",
  "..",
  "node_modules",
  ".bin",
  process.platform === "win32" ? "holdfast.cmd" : "holdfast",
);

export interface CommandOptions {
  readonly directory?: string | undefined;
  /** Added to this process's own; undefined takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What stdin holds; nothing without it. */
  readonly input?: string;
}

export interface CommandOutcome {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs, with its stdout line by line. */
export interface RunningCommand {
  readonly pid: number;
  readonly lines: AsyncIterable<string>;
  kill(name: NodeJS.Signals): void;
  /** Resolves when the process is gone; stdout holds what `lines` did not take. */
  readonly outcome: Promise<CommandOutcome>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** That the tests themselves may run in a pipeline is none of the command's business. */
const OWN_RUN = { GITHUB_ACTIONS: undefined, TF_BUILD: undefined };

function start(args: readonly string[], options: CommandOptions): Child {
  const { directory, environment, input } = options;
  const child = spawn(HOLDFAST, args, {
    cwd: directory,
    env: { ...process.env, ...OWN_RUN, NO_COLOR: "1", ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input);
  return child;
}

async function ended(child: Child, output: { stdout: string }): Promise<CommandOutcome> {
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject);
  child.once("close", (code) => resolve(code));
  const code = await promise;
  return { code, stdout: output.stdout, stderr };
}

/** Runs a command to its end; the exit code is the caller's to judge. */
export async function runHoldfast(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutcome> {
  const child = start(args, options);
  const output = { stdout: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  return ended(child, output);
}

export function startHoldfast(
  args: readonly string[],
  options: CommandOptions = {},
): RunningCommand {
  const child = start(args, options);
  const outcome = ended(child, { stdout: "" });
  outcome.catch(() => undefined);
  return {
    pid: child.pid ?? Number.NaN,
    lines: createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }),
    kill: (name) => void child.kill(name),
    outcome,
  };
}

export function parseObject(text: string): JsonObject {
  const value = JSON.parse(text) as Json;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`not a JSON object: ${text}`);
  }
  return value as JsonObject;
}

/** One JSON object a line. */
export function parseLines(stdout: string): readonly JsonObject[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => parseObject(line));
}
