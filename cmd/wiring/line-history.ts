import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "../../providers/local/file-failure.ts";

/** The lines that a user typed, in a file that only that user may read. */
export interface LineHistory {
  /** Newest first. */
  readonly lines: readonly string[];
  add(line: string): void;
}

const MOST_LINES = 1000;

/** Opens the history; what fails here or later is told to `onFault` once, and the rest goes on without a file. */
export function openLineHistory(path: string, onFault: (fault: string) => void): LineHistory {
  let isUsable = true;
  const attempt = <T>(what: string, act: () => T): T | undefined => {
    if (!isUsable) return undefined;
    try {
      return act();
    } catch (error) {
      isUsable = false;
      onFault(`The history ${path} cannot be ${what} (${errnoOf(error) ?? String(error)}).`);
      return undefined;
    }
  };
  const lines = attempt("read", () => readLast(path)) ?? [];
  return {
    lines: lines.toReversed(),
    add: (line) => {
      attempt("written", () => appendFileSync(path, `${line}\n`, { mode: 0o600 }));
    },
  };
}

/** The last lines, oldest first. A file that has grown too long is cut down to them. */
function readLast(path: string): readonly string[] {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const all = readIfThere(path)
    .split("\n")
    .filter((line) => line !== "");
  const last = all.slice(-MOST_LINES);
  if (all.length > last.length) {
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, last.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    renameSync(temporary, path);
  }
  return last;
}

function readIfThere(path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    chmodSync(path, 0o600);
    return text;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "";
    throw error;
  }
}
