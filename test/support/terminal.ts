import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether util-linux's `script`, which gives a command a terminal, is here; otherwise why its tests are left out. */
export function terminalSkip(): string | false {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const isHere =
    process.platform === "linux" && folders.some((each) => existsSync(join(each, "script")));
  return isHere ? false : "script (util-linux) is not installed";
}

export interface Conversation {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Each answer is typed when its question stands on the screen. */
  readonly answers: readonly { readonly question: string; readonly answer: string }[];
}

/** Runs a command in a terminal, answers its questions, and gives all that was on the screen. Rejects unless it exits with 0. */
export async function answerInTerminal(
  words: readonly string[],
  { directory, environment, answers }: Conversation,
): Promise<string> {
  const command = words.map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qefc", command, "/dev/null"], {
    cwd: directory,
    env: { ...process.env, TERM: "xterm-256color", ...environment },
    stdio: ["pipe", "pipe", "inherit"],
    timeout: 60_000,
  });
  let screen = "";
  const waiting = [...answers];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
    const [next] = waiting;
    if (next === undefined || !screen.includes(next.question)) return;
    waiting.shift();
    child.stdin.write(`${next.answer}\r`);
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject);
  child.once("close", (code) => resolve(code));
  const code = await promise;
  if (code !== 0) throw new Error(`${command} exited with ${code}:\n${screen}`);
  return screen;
}
