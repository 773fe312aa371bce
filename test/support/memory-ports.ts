import type { Catalog } from "../../core/catalog/catalog.ts";
import { createMemoryCatalog } from "../../core/catalog/memory-catalog.ts";
import type { ModuleFiles } from "../../core/config/configuration.ts";
import { loadConfiguration } from "../../core/config/load-configuration.ts";
import { failure } from "../../core/diagnostics/diagnostic.ts";
import type { HoldfastEvent } from "../../core/events/event.ts";
import { type Instant, toInstant } from "../../core/kit/clock.ts";
import { standardFunctions } from "../../core/language/functions/standard-functions.ts";
import { partFiles } from "../../core/media/found-files.ts";
import type { Ports } from "../../core/operations/ports.ts";
import type { BlobStore } from "../../core/storage/blob-store.ts";
import { createMemoryStore } from "../../core/storage/memory-store.ts";
import { openRowFormat } from "../../providers/sqlserver/rows/row-format.ts";
import { createTestEnvironment } from "./function-environment.ts";
import { MemoryServer } from "./memory-server.ts";
import { policyBlock, SERVER_BLOCKS, SET_BLOCK, vaultBlock } from "./sample-blocks.ts";
import { mediaFile } from "./tape-media.ts";
import { seededBytes } from "./vault.ts";

/** A world without files, sockets and time: everything that the use cases need, in memory. */
export interface MemoryWorld {
  readonly ports: Ports;
  readonly catalog: Catalog;
  readonly server: MemoryServer;
  readonly events: HoldfastEvent[];
  readonly store: BlobStore;
  /** The clock's hand; each reading moves it on by a millisecond. */
  time: number;
  alive: boolean;
  /** The text of main.hcl. */
  configuration: string;
  /** Files of modules by directory and name; what `modules.fetch` finds in `repositories` by URL comes in. */
  readonly modules: Map<string, Readonly<Record<string, string>>>;
  readonly repositories: Map<string, Readonly<Record<string, string>>>;
  readonly fetched: string[];
  /** Backup files by path. */
  readonly backupFiles: Map<string, Uint8Array>;
  /** Files that were written, by path; they belong to the configuration. */
  readonly written: Map<string, Uint8Array>;
  cancel(): void;
}

export const EXAMPLE = `${SERVER_BLOCKS}${vaultBlock()}retention "standard" {
  daily    = 10
  timezone = "America/Los_Angeles"
}
${policyBlock("snapshot", "0 12 * * WED")}${SET_BLOCK}`;

const ENVIRONMENT: Readonly<Record<string, string>> = {
  TEST_PASSWORD: "not a real password",
  TEST_KEY: "7e57".repeat(16),
};

/** `configuration` is the text of main.hcl. */
export function createWorld(configuration = EXAMPLE): MemoryWorld {
  const controller = new AbortController();
  const events: HoldfastEvent[] = [];
  const world: Pick<MemoryWorld, "time" | "alive" | "configuration"> = {
    time: Date.parse("2017-02-01T12:00:00-08:00"),
    alive: false,
    configuration,
  };
  const clock = {
    now: (): Instant => {
      world.time += 1;
      return toInstant(world.time);
    },
  };
  const catalog = undisposed(createMemoryCatalog({ lineage: "test", clock }));
  const store = undisposed(createMemoryStore(clock));
  const server = new MemoryServer();
  const functions = standardFunctions(createTestEnvironment());
  const modules: MemoryWorld["modules"] = new Map();
  const repositories: MemoryWorld["repositories"] = new Map();
  const fetched: string[] = [];
  const backupFiles: MemoryWorld["backupFiles"] = new Map();
  const written: MemoryWorld["written"] = new Map();
  const ports: Ports = {
    version: "0.1.0",
    files: {
      list: () => {
        const bytes = new TextEncoder().encode(world.configuration);
        const more = [...written].map(([filename, own]) => ({ filename, bytes: own }));
        return Promise.resolve({
          files: [{ filename: "main.hcl", bytes }, ...more],
          autoFiles: [],
          diagnostics: [],
        });
      },
      listTests: () => Promise.resolve({ files: [], diagnostics: [] }),
      resolve: (path) => path,
      read: () => Promise.reject(new Error("no files here")),
      isThere: (path) => Promise.resolve(written.has(path)),
      look: (path, length) => {
        const start = written.get(path)?.subarray(0, length);
        return Promise.resolve(start === undefined ? undefined : { isFile: true, start });
      },
      makeFolder: () => Promise.resolve(),
      write: (path, bytes) => {
        written.set(path, bytes);
        return Promise.resolve();
      },
    },
    modules: {
      fetch: ({ url, ref, directory }) => {
        const found = repositories.get(url);
        if (found === undefined) return Promise.reject(notFetched(url));
        fetched.push(`${url} ${ref ?? "HEAD"}`);
        modules.set(directory, found);
        return Promise.resolve();
      },
    },
    catalogs: {
      create: () => Promise.resolve(catalog),
      open: () => Promise.resolve(catalog),
      openReader: () => Promise.resolve(catalog),
    },
    loadConfiguration: (input) =>
      Promise.resolve(
        loadConfiguration({
          ...input,
          functions,
          directory: ".",
          version: "0.1.0",
          readModule: (directory) => filesOf(directory, modules.get(directory)),
        }),
      ),
    openFolderStore: () => Promise.resolve(store),
    openBlobContainer: () => Promise.resolve(store),
    writeTerraform: () => Promise.reject(new Error("no Terraform here")),
    openKeyVaultKey: () => Promise.reject(new Error("no Key Vault here")),
    openDatabaseTokens: () => Promise.reject(new Error("no Entra here")),
    openAzureSql: () => Promise.reject(new Error("no Azure here")),
    sleep: (milliseconds) => {
      world.time += milliseconds;
      return Promise.resolve();
    },
    backupFiles: {
      find: (path) =>
        Promise.resolve(partFiles([...backupFiles.keys()].filter((file) => file.startsWith(path)))),
      open: (path) => {
        const bytes = backupFiles.get(path) ?? new Uint8Array();
        const file = mediaFile(bytes, path);
        return Promise.resolve({
          ...file,
          modifiedAt: clock.now(),
          [Symbol.asyncDispose]: () => Promise.resolve(),
        });
      },
    },
    signBySshKeygen: () => Promise.resolve({ kind: "missing" }),
    openServer: () => Promise.resolve(server),
    foretellRestore: () => Promise.resolve([]),
    openRowFormat: (metadata) => Promise.resolve(openRowFormat(metadata)),
    environment: (name) => ENVIRONMENT[name],
    clock,
    randomBytes: seededBytes("world"),
    blake3: undefined,
    startLane: undefined,
    worker: { id: "local-test-1", kind: "local", host: "test", pid: 1 },
    isAlive: () => world.alive,
    host: { emit: (event) => events.push(event) },
    signal: controller.signal,
  };
  return Object.assign(world, {
    ports,
    catalog,
    server,
    events,
    store,
    modules,
    repositories,
    fetched,
    backupFiles,
    written,
    cancel: () => controller.abort(),
  });
}

function notFetched(url: string) {
  return failure({ code: "MODULE_FETCH_FAILED", summary: "Module not fetched", detail: url });
}

function filesOf(
  directory: string,
  texts: Readonly<Record<string, string>> | undefined,
): ModuleFiles {
  if (texts === undefined) return { kind: "absent" };
  const files = Object.entries(texts).map(([name, text]) => ({
    filename: `${directory}/${name}`,
    bytes: new TextEncoder().encode(text),
  }));
  return { kind: "files", files };
}

/** What is shared between operations must outlive each of them. */
function undisposed<T extends AsyncDisposable>(shared: T): T {
  return new Proxy(shared, {
    get(target, key) {
      if (key === Symbol.asyncDispose) return () => Promise.resolve();
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
