import type { Worker } from "node:worker_threads";
import type { Catalog, CatalogReader } from "../catalog/catalog.ts";
import type { Worker as JobWorker } from "../catalog/job.ts";
import type {
  ConfigurationInput,
  LoadedConfiguration,
  RemoteModule,
  SourceFile,
} from "../config/configuration.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { EventHost } from "../events/host.ts";
import type { Clock } from "../kit/clock.ts";
import type { WriteTerraform } from "../resource/azure-needs.ts";
import type { OpenAzureSql } from "../resource/azure-sql.ts";
import type { ForetoldChoice, OpenDatabaseServer, Shortfall } from "../resource/database-server.ts";
import type { OpenDatabaseTokens } from "../resource/database-tokens.ts";
import type { RowFormat } from "../resource/row-format.ts";
import type { BlobContainer } from "../storage/blob-container.ts";
import type { BlobStore } from "../storage/blob-store.ts";
import type { Sleep } from "../storage/retrying.ts";
import type { KeyedHash, KeyVaultPlace, KeyWrapper } from "../vault/vault.ts";
import type { BackupFilePorts } from "./backup-files.ts";

/** The configuration files of the project's directory. */
interface ProjectFiles {
  /** `*.hcl` and `*.hcl.json` without tests; `*.auto.hclvars` and `*.auto.hclvars.json`. */
  list(): Promise<{
    readonly files: readonly SourceFile[];
    readonly autoFiles: readonly SourceFile[];
    /** Of what is named like a configuration file and cannot be read. */
    readonly diagnostics: readonly Diagnostic[];
  }>;
  /** `*.hcltest.hcl` and `*.hcltest.json`. */
  listTests(): Promise<{
    readonly files: readonly SourceFile[];
    readonly diagnostics: readonly Diagnostic[];
  }>;
  /** A path as written by the user, relative to the project's directory. */
  resolve(path: string): string;
  /** Rejects with FILE_UNREADABLE. */
  read(path: string): Promise<Uint8Array>;
  /** Whether there is anything of that name. */
  isThere(path: string): Promise<boolean>;
  /**
   * Whether what is there is a file, and its first bytes, at most `length`; none of a device or a pipe, which are not read.
   * Undefined where nothing or a folder is there. Rejects with FILE_UNREADABLE.
   */
  look(
    path: string,
    length: number,
  ): Promise<{ readonly isFile: boolean; readonly start: Uint8Array } | undefined>;
  /** With those above it, where they are missing. Rejects with FILE_NOT_WRITABLE. */
  makeFolder(path: string): Promise<void>;
  /** Whole or not at all. Rejects with FILE_NOT_WRITABLE. */
  write(path: string, bytes: Uint8Array): Promise<void>;
}

/** Catalogs by absolute path. */
interface CatalogPorts {
  create(path: string): Promise<Catalog>;
  open(path: string): Promise<Catalog>;
  openReader(path: string): Promise<CatalogReader>;
}

/** Modules that stand in other repositories. */
interface ModulePorts {
  /**
   * Puts a repository's files at a directory below `.holdfast/modules`, all of them or none; replaces what is there.
   * Rejects with MODULE_FETCH_FAILED.
   */
  fetch(module: Pick<RemoteModule, "url" | "ref" | "directory">): Promise<void>;
}

/**
 * The part of the world that looking needs: nothing in it writes a catalog, a file of the project or a module. What plans
 * is given this, so that a plan cannot change anything; vaults are opened by `openVaultReader`.
 */
export interface ReadingPorts extends Omit<Ports, "catalogs" | "files" | "modules"> {
  readonly files: Omit<ProjectFiles, "write" | "makeFolder">;
  readonly catalogs: Pick<CatalogPorts, "openReader">;
}

/** Everything that the use cases need from the outside world. `cmd/main.ts` makes the real one. */
export interface Ports {
  readonly version: string;
  readonly files: ProjectFiles;
  readonly modules: ModulePorts;
  readonly catalogs: CatalogPorts;
  loadConfiguration(
    input: Omit<
      ConfigurationInput,
      "functions" | "directory" | "workingDirectory" | "version" | "readModule"
    >,
  ): Promise<LoadedConfiguration>;
  /** A local vault's store, by absolute path. */
  openFolderStore(path: string): Promise<BlobStore>;
  /** The store of a vault in Azure Blob Storage, which tries calls again. Rejects with STORE_UNSUPPORTED, STORE_SIGN_IN_FAILED. */
  openBlobContainer(place: BlobContainer): Promise<BlobStore>;
  /** A key of Azure Key Vault, which wraps keys of vaults there and tries calls again. Sends nothing yet. Rejects with CONFIG_INVALID_VALUE. */
  openKeyVaultKey(place: KeyVaultPlace): Promise<KeyWrapper>;
  /** Bytes a second that go to stores of vaults and come from them; as many as can without it. */
  readonly bandwidth?: number | undefined;
  /** Waits so many milliseconds; rejects with the signal's reason when that aborts. */
  readonly sleep: Sleep;
  readonly backupFiles: BackupFilePorts;
  readonly writeTerraform: WriteTerraform;
  /** Signs with OpenSSH, which may ask a person for a passphrase or to touch a key. */
  signBySshKeygen(request: {
    readonly message: Uint8Array;
    readonly namespace: string;
    /** Absolute; of a private key, or of the public half of one that an agent or hardware holds. */
    readonly keyFile: string;
  }): Promise<
    | { readonly kind: "signed"; readonly armor: string }
    | { readonly kind: "failed"; readonly complaint: string }
    | { readonly kind: "missing" }
  >;
  readonly openServer: OpenDatabaseServer;
  readonly openDatabaseTokens: OpenDatabaseTokens;
  readonly openAzureSql: OpenAzureSql;
  /** Throws RangeError of metadata that this version cannot read. */
  openRowFormat(metadata: Uint8Array): Promise<RowFormat>;
  /** What a restore of a point's schema will lack, counted and by name, as far as the schema tells. SCHEMA_UNREADABLE */
  foretellRestore(schema: Uint8Array, choice: ForetoldChoice): Promise<readonly Shortfall[]>;
  environment(name: string): string | undefined;
  readonly clock: Clock;
  randomBytes(length: number): Uint8Array;
  /** Loaded when it is first asked for; undefined where the machine has none. */
  readonly blake3: KeyedHash | undefined;
  /** Starts a thread that serves vaults as a lane. */
  readonly startLane: (() => Worker) | undefined;
  /** How many threads the machine runs at once; [2] */
  readonly processors?: number | undefined;
  readonly worker: Omit<JobWorker, "startedAt" | "endedAt">;
  /** Whether the process that is this worker may still run; one on another host always may. */
  isAlive(worker: JobWorker): boolean;
  /** The name of the account of this process, for where the environment has none, as in containers and services. */
  account?(): string | undefined;
  readonly host: EventHost;
  readonly signal: AbortSignal;
}
