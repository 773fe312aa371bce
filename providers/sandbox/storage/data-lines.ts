import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";

/**
 * The data file of a sandbox: lines of JSON, each an array that begins with a word. What JSON does not have is written as an object with
 * one key: `n` a big integer, `b` bytes in base64, `f` a number that JSON would change (-0). All other values are what they are in memory.
 * The first line names the format; a file of another format is refused, never guessed at.
 */
export const DATA_FORMAT = 1;

const FILE = "sandbox.jsonl";
const CHUNK = 1_000_000;

export function encodeLine(values: readonly unknown[]): string {
  return JSON.stringify(values, (_, value: unknown) => {
    if (typeof value === "bigint") return { n: value.toString() };
    if (value instanceof Uint8Array) return { b: Buffer.from(value).toString("base64") };
    return Object.is(value, -0) ? { f: "-0" } : value;
  });
}

export function decodeLine(line: string): unknown {
  return JSON.parse(line, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("n" in value && typeof value.n === "string") return BigInt(value.n);
    if ("b" in value && typeof value.b === "string") {
      return new Uint8Array(Buffer.from(value.b, "base64"));
    }
    return "f" in value && value.f === "-0" ? -0 : value;
  });
}

/** Writes the file anew: under another name first, flushed, then renamed, so that a broken write leaves the old file. */
export async function writeDataFile(folder: string, lines: Iterable<string>): Promise<void> {
  const file = join(folder, FILE);
  const handle = await open(`${file}.tmp`, "w");
  try {
    let chunk = "";
    for (const line of lines) {
      chunk += `${line}\n`;
      if (chunk.length < CHUNK) continue;
      await handle.write(chunk);
      chunk = "";
    }
    await handle.write(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.tmp`, file);
}

/** The lines of the file; undefined when the folder has none yet. */
export async function readDataFile(folder: string): Promise<readonly string[] | undefined> {
  const handle = await readFile(join(folder, FILE), "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  return handle?.split("\n").filter((line) => line !== "");
}
