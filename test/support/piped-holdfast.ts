import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { type CommandOutcome, HOLDFAST } from "./holdfast-process.ts";

interface Place {
  readonly directory: string;
}

function start(args: readonly string[], { directory }: Place) {
  const child = spawn(HOLDFAST, args, {
    cwd: directory,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: 30_000,
  });
  const { promise: code, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject);
  child.once("close", resolve);
  return { child, code };
}

/** Runs a command with this input, to its end. */
export async function pipeThrough(
  args: readonly string[],
  input: string | Uint8Array,
  place: Place,
): Promise<CommandOutcome> {
  const { child, code } = start(args, place);
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

/** A command that answers line by line. */
export interface Dialogue extends AsyncDisposable {
  /** Writes a line and gives the next line of the output. */
  ask(line: string): Promise<string>;
  /** Ends the input and gives the exit code. */
  finish(): Promise<number | null>;
  /** Sends the signal, leaves the input open and gives the exit code. */
  kill(name: NodeJS.Signals): Promise<number | null>;
}

export function openDialogue(args: readonly string[], place: Place): Dialogue {
  const { child, code } = start(args, place);
  child.stderr.resume();
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const finish = () => {
    child.stdin.end();
    return code;
  };
  return {
    async ask(line) {
      child.stdin.write(`${line}\n`);
      const { done, value } = await lines.next();
      if (done === true) throw new Error(`the output ended instead of answering ${line}`);
      return value;
    },
    finish,
    async kill(name) {
      child.kill(name);
      return code;
    },
    async [Symbol.asyncDispose]() {
      await finish();
    },
  };
}
