import type { Abortable } from "../../core/kit/abortable.ts";
import type { ChangeCapture } from "../../core/resource/change-capture.ts";
import type { CaptureOptions, DatabaseCapture } from "../../core/resource/database-capture.ts";
import type {
  DatabaseFacts,
  DatabaseRestore,
  DatabaseServer,
  MissingPermission,
  OpenDatabaseServer,
  RestoreLeftover,
  RestoreObstacle,
  RestoreRequest,
  ServerFacts,
  ServerTarget,
} from "../../core/resource/database-server.ts";
import type { ServerCertificates } from "../../core/resource/server-certificates.ts";
import { databaseNotFound, databaseNotReady } from "./capture/capture-failures.ts";
import { openSnapshotCapture, requireCapturable } from "./capture/open-capture.ts";
import { openStillCapture } from "./capture/still-capture.ts";
import { openSqlServerChangeCapture } from "./cdc/open-change-capture.ts";
import { SqlServerCertificates } from "./certificates/server-certificates.ts";
import { openConnection } from "./connection/open-connection.ts";
import { serverErrorsOf } from "./connection/server-error.ts";
import type { TdsConnection } from "./connection/tds-connection.ts";
import { checkLane } from "./lane/check-lane.ts";
import { findLeftovers } from "./restore/find-leftovers.ts";
import { findObstacles, openScriptedRestore, type RestoreServer } from "./restore/open-restore.ts";
import { isOfTables, openTablesRestore } from "./restore/open-tables-restore.ts";
import { databaseExists } from "./restore/restore-failures.ts";
import { findTablesObstacles } from "./restore/tables-obstacles.ts";
import { missingForBackup, missingForRestore, missingUser } from "./server/missing-permissions.ts";
import { readDatabases, readFacts, type WholeFacts } from "./server/server-facts.ts";

const MASTER = "master";
/** The login has no user in the database, or may not open it. */
const NO_USER: ReadonlySet<number> = new Set([916, 4060]);

/** One SQL Server: a control connection in master, and one more for each capture and restore. */
class SqlServer implements DatabaseServer {
  readonly #target: ServerTarget;
  #control: TdsConnection;

  constructor(target: ServerTarget, control: TdsConnection) {
    this.#target = target;
    this.#control = control;
  }

  /** In master; of Azure SQL Database and managed instances the service keeps the key of encryption, and none is found. */
  get certificates(): ServerCertificates {
    return new SqlServerCertificates({
      control: (signal) => this.#connection(signal),
      open: (database, signal) => openConnection(this.#target, { database, signal }),
    });
  }

  /** A long backup leaves the control connection idle, and firewalls drop idle connections: then a new one is opened. */
  async #connection(signal?: AbortSignal): Promise<TdsConnection> {
    if (this.#control.isClosed) {
      this.#control = await openConnection(this.#target, { database: MASTER, signal });
    }
    return this.#control;
  }

  async #facts(options?: Abortable): Promise<WholeFacts> {
    return readFacts(await this.#connection(options?.signal), options);
  }

  async facts(options?: Abortable): Promise<ServerFacts> {
    const { isAzure: _, keepsKeys: __, ...facts } = await this.#facts(options);
    return facts;
  }

  async databases(options?: Abortable): Promise<readonly DatabaseFacts[]> {
    return readDatabases(await this.#connection(options?.signal), options);
  }

  async missingPermissions(
    need: "backup" | "restore",
    { database, signal }: Abortable & { readonly database?: string | undefined },
  ): Promise<readonly MissingPermission[]> {
    if (need === "restore") {
      const { isAzure } = await this.#facts({ signal });
      return missingForRestore(await this.#connection(signal), { isAzure, signal });
    }
    if (database === undefined) return [];
    const { state } = await this.#database(database, { signal });
    return state === "online" ? this.#missingIn(database, signal) : [];
  }

  async #missingIn(
    database: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly MissingPermission[]> {
    try {
      await using connection = await openConnection(this.#target, { database, signal });
      return await missingForBackup(connection, { database, signal });
    } catch (error) {
      if (!serverErrorsOf(error).some(({ number }) => NO_USER.has(number))) throw error;
      return missingUser(this.#target.username, database);
    }
  }

  async #database(name: string, options?: Abortable): Promise<DatabaseFacts> {
    const found = (await this.databases(options)).find((facts) => facts.name === name);
    if (found === undefined) throw databaseNotFound(this.#target, name);
    return found;
  }

  async openCapture(database: string, options: CaptureOptions = {}): Promise<DatabaseCapture> {
    const { signal, isStill = false } = options;
    const facts = await this.#database(database, options);
    requireCapturable({ target: this.#target }, facts, isStill);
    await checkLane();
    if (isStill) return openStillCapture(this.#target, { database, signal });
    const connection = await openConnection(this.#target, { database, signal });
    return openSnapshotCapture(connection, { database, signal });
  }

  async openChangeCapture(database: string, options?: Abortable): Promise<ChangeCapture> {
    const facts = await this.#database(database, options);
    if (facts.state !== "online") throw databaseNotReady(this.#target, facts);
    await checkLane();
    return openSqlServerChangeCapture(this.#target, database);
  }

  async openRestore(request: RestoreRequest): Promise<DatabaseRestore> {
    const { signal, database } = request;
    await checkLane();
    const server = await this.#restoreServer(signal);
    if (isOfTables(request)) return openTablesRestore(server, request);
    const taken = (await this.databases({ signal })).some(({ name }) => name === database);
    if (taken) throw databaseExists(this.#target, database);
    return openScriptedRestore(server, request);
  }

  async restoreObstacles(request: RestoreRequest): Promise<readonly RestoreObstacle[]> {
    const { signal, database } = request;
    const facts = (await this.databases({ signal })).find(({ name }) => name === database);
    const server = await this.#restoreServer(signal);
    if (isOfTables(request)) return findTablesObstacles(server, request, facts);
    return findObstacles(server, request, facts !== undefined);
  }

  async restoreLeftovers(
    database: string,
    { signal }: Abortable = {},
  ): Promise<readonly RestoreLeftover[]> {
    return findLeftovers(await this.#restoreServer(signal), database, { signal });
  }

  async #restoreServer(signal: AbortSignal | undefined): Promise<RestoreServer> {
    const { isAzure, keepsKeys } = await this.#facts({ signal });
    return { target: this.#target, isAzure, keepsKeys, control: () => this.#connection() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#control[Symbol.asyncDispose]();
  }
}

/** Opens a connection to master and signs in. */
export const openSqlServer: OpenDatabaseServer = async (target, options) => {
  const control = await openConnection(target, { database: MASTER, signal: options?.signal });
  return new SqlServer(target, control);
};
