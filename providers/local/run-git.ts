import { spawn } from "node:child_process";
import { errnoOf } from "./file-failure.ts";

/** How a run of git ended. */
export type GitOutcome =
  /** What git printed, without the last line's end. */
  | { readonly kind: "done"; readonly output: string }
  | { readonly kind: "failed"; readonly complaint: string }
  | { readonly kind: "missing" };

interface GitRun {
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** How much of git's complaint is kept, in characters. */
const KEPT = 4096;

/** Variables that a hook of git sets, and that would let git work in another repository than the one meant. */
const OF_A_HOOK = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
];

/**
 * Runs git without a shell, without any question to the user, and by these protocols only: `ext::` and remote helpers
 * would run programs that a configuration names (gitprotocol: git-config, protocol.allow). Rejects when aborted.
 */
export function runGit(
  words: readonly string[],
  { directory, signal }: GitRun,
): Promise<GitOutcome> {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_A_HOOK.includes(name));
  const { promise, resolve, reject } = Promise.withResolvers<GitOutcome>();
  const git = spawn("git", words, {
    cwd: directory,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    env: {
      GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
      ...Object.fromEntries(inherited),
      GIT_TERMINAL_PROMPT: "0",
      GCM_INTERACTIVE: "never",
      GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
      LC_ALL: "C",
    },
  });
  const printed: Buffer[] = [];
  git.stdout.on("data", (bytes: Buffer) => {
    printed.push(bytes);
  });
  let complaint = "";
  git.stderr.setEncoding("utf8");
  git.stderr.on("data", (text: string) => {
    complaint = (complaint + text).slice(-KEPT);
  });
  git.on("error", (error) => {
    if (errnoOf(error) === "ENOENT") resolve({ kind: "missing" });
    else reject(error);
  });
  git.on("close", (code) => {
    if (code !== 0) return resolve({ kind: "failed", complaint: whatMatters(complaint) });
    const output = Buffer.concat(printed)
      .toString("utf8")
      .replace(/\r?\n$/, "");
    resolve({ kind: "done", output });
  });
  return promise;
}

/** How many lines before git's own verdict are told: there ssh says why. */
const LINES_BEFORE = 2;

/** Up to the first verdict of git, as sentences: what follows is general advice. */
function whatMatters(complaint: string): string {
  const lines = complaint
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const verdict = lines.findIndex((line) => /^(?:fatal|error):/.test(line));
  const end = verdict < 0 ? lines.length : verdict + 1;
  return lines
    .slice(Math.max(0, end - 1 - LINES_BEFORE), end)
    .map((line) => line.replace(/[.;]?$/, "."))
    .join(" ");
}
