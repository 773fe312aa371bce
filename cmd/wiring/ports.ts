import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { availableParallelism, hostname, userInfo } from "node:os";
import { setTimeout } from "node:timers/promises";
import type { ConfigurationInput } from "../../core/config/configuration.ts";
import type { EventHost } from "../../core/events/host.ts";
import { toInstant } from "../../core/kit/clock.ts";
import type { ParsedFile } from "../../core/language/parsed-file.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { readModuleFolder } from "../../providers/local/module-files.ts";
import { openProjectFolder } from "../../providers/local/project-files.ts";
import { loadBlake3 } from "./blake3.ts";
import { catalogs } from "./catalogs.ts";
import { startLane } from "./start-lane.ts";
import { keepYoungSpaceSmall } from "./young-memory.ts";

export interface PortsOptions {
  readonly version: string;
  /** The project's directory as the user gave it. */
  readonly directory: string;
  readonly host: EventHost;
  readonly signal: AbortSignal;
  /** Gets every file that is parsed, for the snippets of diagnostics. */
  readonly remember: (sources: ReadonlyMap<string, ParsedFile>) => void;
}

/** The real world. What costs time to load is loaded when it is first needed. */
export async function createPorts(options: PortsOptions): Promise<Ports> {
  keepYoungSpaceSmall();
  const { version, directory, host, signal, remember } = options;
  const folder = openProjectFolder(directory);
  const root = folder.resolve(".");
  const { isRunning, processStart } = await import(
    "../../providers/local/catalog/running-process.ts"
  );
  return {
    version,
    files: folder,
    modules: {
      fetch: async (module) => {
        const { fetchModule } = await import("../../providers/local/fetch-module.ts");
        await fetchModule(module, { root, signal });
      },
    },
    catalogs,
    loadConfiguration: async (input) => {
      const readModule = (path: string) => readModuleFolder(root, path);
      const place = { directory, workingDirectory: root, readModule };
      const loaded = await readConfiguration({ ...input, ...place, version });
      remember(loaded.sources);
      return loaded;
    },
    openFolderStore: async (path) => {
      const { createFolderStore } = await import("../../providers/local/folder-store.ts");
      return createFolderStore(path);
    },
    sleep,
    ...AZURE,
    backupFiles: {
      find: async (path) => (await backupFiles()).findBackupFiles(folder.resolve(path)),
      open: async (path) => (await backupFiles()).openBackupFile(path),
    },
    writeTerraform: async (needs, to) => (await terraform()).writeTerraform(needs, to),
    signBySshKeygen: async (request) => (await sshKeygen()).signBySshKeygen(request, { signal }),
    openServer: async (target, abortable) => {
      const { openSqlServer } = await import("../../providers/sqlserver/sql-server.ts");
      return openSqlServer(target, abortable);
    },
    foretellRestore: async (schema, choice) => (await restores()).foretellOf(schema, choice),
    openRowFormat: async (metadata) => (await rowFormats()).openRowFormat(metadata),
    environment: (name) => process.env[name],
    clock: { now: () => toInstant(Date.now()) },
    randomBytes: (length) => randomBytes(length),
    startLane,
    processors: availableParallelism(),
    get blake3() {
      return loadBlake3(createRequire(import.meta.url));
    },
    worker: workerOfProcess(processStart(process.pid)),
    isAlive: (worker) =>
      worker.host !== hostname() || isRunning(worker.pid, worker.processStart ?? null),
    account: accountName,
    host,
    signal,
  };
}

/** An id without a name, as containers have them, has none. */
function accountName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

const restores = () => import("../../providers/sqlserver/restore/foretell.ts");
const rowFormats = () => import("../../providers/sqlserver/rows/row-format.ts");
const terraform = () => import("./write-terraform.ts");
const sshKeygen = () => import("../../providers/local/ssh-keygen.ts");
const blobContainers = () => import("./open-blob-container.ts");
/** What asks Azure's services. */
const AZURE: Pick<
  Ports,
  "openBlobContainer" | "openKeyVaultKey" | "openDatabaseTokens" | "openAzureSql"
> = {
  openBlobContainer: async (place) => (await blobContainers()).openBlobContainer(place),
  openKeyVaultKey: async (place) => (await keyVaultKeys()).openKeyVaultKey(place),
  openDatabaseTokens: async (signIn, host) =>
    (await databaseTokens()).openDatabaseTokens(signIn, host),
  openAzureSql: async (signIn, options) => (await azure()).openAzureSql(signIn, options),
};

const azure = () => import("./open-azure.ts");
const databaseTokens = () => import("../../providers/azure/identity/open-database-tokens.ts");
const keyVaultKeys = () => import("./open-key-vault-key.ts");

const backupFiles = () => import("../../providers/local/backup-files.ts");

type ConfigurationPlace = Omit<ConfigurationInput, "functions">;

/** Loaded when it is used: a command on a vault's folder needs none of it. */
async function readConfiguration(place: ConfigurationPlace) {
  const { loadConfiguration } = await import("../../core/config/load-configuration.ts");
  const { standardFunctions } = await import("../../core/language/functions/standard-functions.ts");
  const { createFunctionEnvironment } = await import("./function-environment.ts");
  const functions = standardFunctions(createFunctionEnvironment(place.directory));
  return loadConfiguration({ ...place, functions });
}

function workerOfProcess(processStart: string | null): Ports["worker"] {
  const { pid } = process;
  const host = hostname();
  return { id: `local-${host}-${pid}`, kind: "local", host, pid, processStart };
}

const sleep: Ports["sleep"] = (milliseconds, { signal }) =>
  setTimeout(milliseconds, undefined, { signal });
