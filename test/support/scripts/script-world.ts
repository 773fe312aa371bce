import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../../../cmd/command-line.ts";
import type { CommandContext, SyncPlace } from "../../../cmd/commands/command.ts";
import { sourceOfFile } from "../../../cmd/views/diagnostic-source.ts";
import { byteStreams } from "../../../cmd/wiring/byte-streams.ts";
import { openSync } from "../../../cmd/wiring/open-sync.ts";
import { createPorts } from "../../../cmd/wiring/ports.ts";
import { requireFolder } from "../../../cmd/wiring/require-folder.ts";
import type { EventHost } from "../../../core/events/host.ts";
import { type Clock, type Instant, toInstant } from "../../../core/kit/clock.ts";
import type { ParsedFile } from "../../../core/language/parsed-file.ts";
import type { Ports } from "../../../core/operations/ports.ts";
import type { BlobStore } from "../../../core/storage/blob-store.ts";
import { createMemoryStore } from "../../../core/storage/memory-store.ts";
import { openSourceTree } from "../../../providers/local/source-tree.ts";
import { seededBytes } from "../vault.ts";
import { ScriptServers } from "./script-servers.ts";
import { inventoryOf } from "./world-state.ts";

const VERSION = "0.1.0";

/** Of every script, unless it sets others. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  TEST_PASSWORD: "not a real password",
  TEST_KEY: "7e57".repeat(16),
};

export interface RunOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a catalog on disk; servers, vaults and time live in memory. Commands run in this process. */
export class ScriptWorld implements AsyncDisposable {
  readonly folder: string;
  readonly servers = new ScriptServers();
  readonly environment = new Map(Object.entries(ENVIRONMENT));
  /** What the clock says next; each reading moves it on by a millisecond. */
  time = Date.parse("2017-02-01T12:00:00-08:00");
  /** What was there when the script said `remember`. */
  remembered: readonly string[] = [];
  /** The lock that the script holds. */
  lock: AsyncDisposable | undefined;
  readonly #stores = new Map<string, BlobStore>();
  readonly #randomBytes: (length: number) => Uint8Array;

  constructor(folder: string) {
    this.folder = folder;
    this.#randomBytes = seededBytes("script");
  }

  readonly clock: Clock = {
    now: (): Instant => {
      this.time += 1;
      return toInstant(this.time);
    },
  };

  async run(words: readonly string[], input: readonly string[]): Promise<RunOutcome> {
    const output = { stdout: "", stderr: "" };
    const code = await runCommandLine(words, {
      requireFolder: (directory) => requireFolder(join(this.folder, directory)),
      openContext: ({ directory, commands }) => {
        const world = { directory: join(this.folder, directory), input: [...input] };
        return { ...this.#context(world, output), commands };
      },
    });
    return { code, ...output };
  }

  /** A real checkout; all else as in the other commands of the script. */
  async #openSync(
    directory: string,
    { repo, branch }: Parameters<CommandContext["openSync"]>[0],
    remember: (name: string, file: ParsedFile) => void,
  ): Promise<SyncPlace> {
    const { signal } = new AbortController();
    const portsIn = (folder: string, host: EventHost) =>
      this.ports(host, { directory: folder, signal, remember });
    return openSync({ directory: join(directory, repo), branch, signal, portsIn });
  }

  #context(
    { directory, input }: { readonly directory: string; readonly input: string[] },
    output: { stdout: string; stderr: string },
  ): Omit<CommandContext, "commands"> {
    const sources = new Map<string, ParsedFile>();
    const remember = (name: string, file: ParsedFile) => void sources.set(name, file);
    const { signal } = new AbortController();
    const isTyped = input.length > 0;
    const piped = () => streamOf(input);
    return {
      version: VERSION,
      nodeVersion: process.versions.node,
      terminal: { output: false, error: false, input: isTyped, columns: 80 },
      colour: false,
      stdout: (text) => {
        output.stdout += text;
      },
      stderr: (text) => {
        output.stderr += text;
      },
      ask: (question) => {
        output.stdout += `${question}\n`;
        return Promise.resolve(input.shift() ?? "");
      },
      input: piped,
      ...byteStreams(directory, piped),
      openLineEditor: () => Promise.reject(new Error("no terminal here")),
      environment: (name) => this.environment.get(name),
      findSource: (filename) => {
        const parsed = sources.get(filename);
        return parsed && sourceOfFile(parsed);
      },
      ports: (host) => this.ports(host, { directory, signal, remember }),
      openSync: (request) => this.#openSync(directory, request, remember),
      sourceTree: () => Promise.resolve(openSourceTree(directory)),
      foreignParser: () => Promise.reject(new Error("no other parser here")),
      startSandbox: () => Promise.reject(new Error("no sandbox here")),
      signal,
      randomPassword: () => "not a real password",
    };
  }

  async ports(
    host: EventHost,
    options: {
      readonly directory: string;
      readonly signal: AbortSignal;
      readonly remember: (name: string, file: ParsedFile) => void;
    },
  ): Promise<Ports> {
    const { directory, signal, remember } = options;
    const real = await createPorts({
      version: VERSION,
      directory,
      host,
      signal,
      remember: (parsed) => {
        for (const [name, file] of parsed) remember(name, file);
      },
    });
    return {
      ...real,
      openFolderStore: (path) => Promise.resolve(this.store(path)),
      openServer: async (target) => Promise.resolve(this.servers.open(target)),
      // The schemas of these servers are none of SQL Server.
      foretellRestore: () => Promise.resolve([]),
      environment: (name) => this.environment.get(name),
      clock: this.clock,
      account: () => "unknown",
      randomBytes: this.#randomBytes,
      startLane: undefined,
      blake3: undefined,
      sleep: (milliseconds) => {
        this.time += milliseconds;
        return Promise.resolve();
      },
    };
  }

  /** The store of the vault at this absolute path. */
  store(path: string): BlobStore {
    const known = this.#stores.get(path);
    if (known !== undefined) return known;
    const store = undisposed(createMemoryStore(this.clock));
    this.#stores.set(path, store);
    return store;
  }

  inventory(): Promise<readonly string[]> {
    return inventoryOf(this.folder, this.#stores);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lock?.[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Linux has a disk in memory, where nothing that is made durable costs a wait. */
const MEMORY_DISK = "/dev/shm";

export async function makeScriptWorld(): Promise<ScriptWorld> {
  const isThere = await access(MEMORY_DISK, constants.W_OK).then(
    () => true,
    () => false,
  );
  return new ScriptWorld(await mkdtemp(join(isThere ? MEMORY_DISK : tmpdir(), "holdfast-script-")));
}

async function* streamOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield await Promise.resolve(Buffer.from(`${line}\n`));
}

/** What commands share must outlive each of them. */
function undisposed<T extends AsyncDisposable>(shared: T): T {
  return new Proxy(shared, {
    get(target, key) {
      if (key === Symbol.asyncDispose) return () => Promise.resolve();
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
