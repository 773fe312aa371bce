import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a program of Debian's freetds-bin is installed; otherwise why its tests are left out. */
export function freetdsSkip(program: "tsql" | "freebcp"): string | false {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const isInstalled = folders.some((folder) => existsSync(join(folder, program)));
  return isInstalled ? false : `${program} (freetds-bin) is not installed`;
}

export interface ProgramRun {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ProgramOutcome {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a failure shows in what it prints. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { stdin = "", env = {} }: ProgramRun = {},
): Promise<ProgramOutcome> {
  const { promise, resolve } = Promise.withResolvers<ProgramOutcome>();
  const options = { timeout: 20_000, env: { ...process.env, LC_ALL: "C.UTF-8", ...env } };
  const child = execFile(program, args, options, (_error, stdout, stderr) =>
    resolve({ stdout, stderr }),
  );
  child.stdin?.end(stdin);
  return promise;
}
