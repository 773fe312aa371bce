import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import type { EventHost } from "../../core/events/host.ts";
import type { ParsedFile } from "../../core/language/parsed-file.ts";
import type { Command, CommandContext } from "../commands/command.ts";
import { sourceOfFile } from "../views/diagnostic-source.ts";
import { byteStreams } from "./byte-streams.ts";

export interface ContextOptions {
  readonly version: string;
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly commands: () => Promise<readonly Command[]>;
}

/** The command line's surroundings: streams, terminal, environment, and the ports once they are asked for. */
export function createContext({
  version,
  directory,
  signal,
  commands,
}: ContextOptions): CommandContext {
  const sources = new Map<string, ParsedFile>();
  const { stdout, stderr, stdin, env } = process;
  const output = stdout.isTTY === true;
  const error = stderr.isTTY === true && env["TERM"] !== "dumb";
  const portsIn = portsOpener({ version, signal, sources });
  return {
    version,
    nodeVersion: process.versions.node,
    terminal: {
      output,
      error,
      input: stdin.isTTY === true,
      columns: error ? stderr.columns : output ? stdout.columns : 80,
    },
    colour: output && error && env["NO_COLOR"] === undefined,
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    ask: (question) => ask(question, signal),
    input: () => readInput(signal),
    ...byteStreams(directory, () => readInput(signal)),
    async openLineEditor(options) {
      const { openLineEditor } = await import("./line-editor.ts");
      return openLineEditor(options, signal);
    },
    environment: (name) => env[name],
    findSource: (filename) => {
      const parsed = sources.get(filename);
      return parsed && sourceOfFile(parsed);
    },
    ports: (host) => portsIn(directory, host),
    async openSync({ repo, branch }) {
      const { openSync } = await import("./open-sync.ts");
      return openSync({ directory: resolve(directory, repo), branch, signal, portsIn });
    },
    async sourceTree() {
      const { openSourceTree } = await import("../../providers/local/source-tree.ts");
      return openSourceTree(directory);
    },
    async foreignParser() {
      const { createForeignParser } = await import("./foreign-parser.ts");
      return createForeignParser(signal);
    },
    async startSandbox(request) {
      const { startEmbeddedServer } = await import("./sandbox.ts");
      return startEmbeddedServer(request, { directory, signal });
    },
    signal,
    randomPassword: () => `${randomBytes(15).toString("base64url")}aA1!`,
    commands,
  };
}

/** Opens the ports of a folder, and remembers the files that are parsed there. */
function portsOpener({
  version,
  signal,
  sources,
}: Pick<ContextOptions, "version" | "signal"> & { readonly sources: Map<string, ParsedFile> }) {
  const remember = (parsed: ReadonlyMap<string, ParsedFile>) => {
    for (const [name, file] of parsed) sources.set(name, file);
  };
  return async (directory: string, host: EventHost) => {
    const { createPorts } = await import("./ports.ts");
    return createPorts({ version, directory, host, signal, remember });
  };
}

/** What is piped in or typed, as it arrives. A broken pipe behind the output ends it: nobody would see an answer. */
async function* readInput(signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const unread = new AbortController();
  process.stdout.once("error", () => unread.abort());
  const input = addAbortSignal(AbortSignal.any([signal, unread.signal]), process.stdin);
  try {
    for await (const chunk of input as AsyncIterable<Uint8Array>) {
      yield chunk;
      if (unread.signal.aborted) return;
    }
  } catch (error) {
    if (!unread.signal.aborted) throw error;
  }
}

/** Ctrl-C at the question is Ctrl-C of the command; the end of the input is an empty answer. */
async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const { promise: end, resolve } = Promise.withResolvers<string>();
  lines.on("close", () => resolve(""));
  try {
    return await Promise.race([lines.question(question, { signal }), end]);
  } finally {
    lines.close();
  }
}
