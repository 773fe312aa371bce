import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { failure } from "../../core/diagnostics/diagnostic.ts";
import type {
  ForeignAnswer,
  ForeignParser,
} from "../../core/language/cross-check/foreign-parser.ts";

/** Runs in a process of its own, because the parser (Go compiled to JavaScript) alters global objects. */
const CHILD = `
const parser = require(process.argv[1]);
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
  const answers = JSON.parse(Buffer.concat(chunks).toString()).map((text) => {
    try {
      const [json, fault] = parser.parseToString(text);
      return fault === null ? { kind: "document", json: String(json) } : { kind: "refused" };
    } catch {
      return { kind: "failed" };
    }
  });
  process.stdout.write(JSON.stringify(answers));
});
`;

/** The parser of a package that an installation may lack. */
export function createForeignParser(signal: AbortSignal, name = "hcl2-parser"): ForeignParser {
  return { parse: async (texts) => parseInChild(locateParser(name), texts, signal) };
}

function locateParser(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw unavailable(
      `The package ${name}, whose reading it compares with, is not installed. Install it beside Holdfast:\n\n    npm install ${name}`,
      error,
    );
  }
}

async function parseInChild(
  path: string,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly ForeignAnswer[]> {
  const child = spawn(process.execPath, ["--eval", CHILD, path], {
    stdio: ["pipe", "pipe", "ignore"],
    signal,
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", resolve);
  child.stdin.on("error", () => undefined).end(JSON.stringify(texts));
  try {
    const [output, code] = await Promise.all([text(child.stdout), ended]);
    if (code !== 0) throw new Error(`exit code ${code}`);
    // The cast holds: the child above wrote it.
    return JSON.parse(output) as readonly ForeignAnswer[];
  } catch (error) {
    signal.throwIfAborted();
    throw unavailable("The process of the other parser ended early.", error);
  }
}

function unavailable(detail: string, cause: unknown): Error {
  return failure(
    {
      code: "LANGUAGE_CROSS_CHECK_UNAVAILABLE",
      summary: "Cross-check not possible",
      detail,
    },
    cause,
  );
}
