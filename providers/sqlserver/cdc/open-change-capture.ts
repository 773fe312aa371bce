import type { Abortable } from "../../../core/kit/abortable.ts";
import { formatTableName } from "../../../core/kit/table-name.ts";
import type {
  CaptureFault,
  CaptureProfile,
  CaptureProgress,
  CaptureState,
  ChangeCapture,
  ChangeRange,
  ChangeReading,
  Enabling,
} from "../../../core/resource/change-capture.ts";
import type { DatabaseCapture } from "../../../core/resource/database-capture.ts";
import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { captureOf } from "../capture/database-reading.ts";
import { serverErrorsOf } from "../connection/server-error.ts";
import type { TdsConnection } from "../connection/tds-connection.ts";
import {
  type CaptureFacts,
  endsOf,
  foreignInstances,
  identityOf,
  lastAltered,
  partlyTrackedTables,
  readCaptureFacts,
  sourcesOf,
  switchableTables,
  untrackedTables,
} from "./capture-facts.ts";
import { disableFailed, enableFailed } from "./capture-failures.ts";
import {
  disableOurs,
  ENABLE_DATABASE,
  enableTable,
  grantRole,
  remedyOf,
  setContinuous,
  setRetention,
  switchRefused,
  tablesToEnable,
  takenNames,
} from "./capture-statements.ts";
import { removeChanges } from "./clean-up.ts";
import { readEmptyScans } from "./empty-scans.ts";
import { LiveConnection } from "./live-connection.ts";
import { readProgress } from "./lsn-times.ts";
import { isSameSchema, readSchema } from "./read-schema.ts";
import { requireSameSchema } from "./require-same-schema.ts";
import { openStoredChanges } from "./stored-changes.ts";
import { liftTextLimit } from "./text-limit.ts";
import { UnbrokenReading } from "./unbroken-reading.ts";

const MINUTE = 60_000;
const LONGEST_UNDO_MS = 30_000;
/** What a capture job has unless somebody set it; of replication's log reader, which captures too, too. */
const USUAL_SCANS = 5000;

/** "Database '%s' is already enabled for Change Data Capture": somebody else did that meanwhile, and what is there is theirs. */
const ALREADY_ENABLED = 22_905;

function wasEnabled(error: unknown): boolean {
  return serverErrorsOf(error).some(({ number }) => number === ALREADY_ENABLED);
}

function stateOf(facts: CaptureFacts, database: string): CaptureState {
  const { isEnabled, isAzure, isSysadmin, isOwner, capture, cleanup, tables } = facts;
  if (!isEnabled) {
    return {
      enabled: false,
      tables: tables.length,
      mayEnable: isAzure ? isOwner : isSysadmin,
      role: isAzure ? "db_owner" : "sysadmin",
      remedy: grantRole(facts, database),
    };
  }
  return {
    enabled: true,
    tables: tables.length,
    continuous: isAzure ? null : (capture?.continuous ?? false),
    retention: cleanup === undefined ? Number.MAX_SAFE_INTEGER : cleanup.retention * MINUTE,
    untrackedTables: untrackedTables(facts).map(formatTableName),
    partlyTrackedTables: partlyTrackedTables(facts).map(formatTableName),
    ...endsOf(facts),
    identity: identityOf(facts),
    sources: sourcesOf(facts),
    lastAltered: lastAltered(facts),
    foreignInstances: foreignInstances(facts),
    switchableTables: switchableTables(facts).map(formatTableName),
  };
}

/** Capture of one database, by a connection in it; scans and readings have one of their own each. */
class SqlServerChangeCapture implements ChangeCapture {
  readonly #target: ServerTarget;
  readonly #database: string;
  readonly #live: LiveConnection;
  #scansEvery: number | undefined;

  constructor(target: ServerTarget, database: string) {
    this.#target = target;
    this.#database = database;
    this.#live = new LiveConnection(target, database);
  }

  async #facts(options?: Abortable): Promise<CaptureFacts> {
    return readCaptureFacts(await this.#live.open(options), options);
  }

  async state(options?: Abortable): Promise<CaptureState> {
    return stateOf(await this.#facts(options), this.#database);
  }

  async remedy(
    faults: readonly CaptureFault[],
    profile: CaptureProfile,
    options?: Abortable,
  ): Promise<string> {
    return remedyOf(await this.#facts(options), this.#database, { faults, profile });
  }

  async enable(profile: CaptureProfile, options: Enabling): Promise<readonly string[]> {
    const connection = await this.#live.open(options);
    const before = await this.#facts(options);
    const notes = before.isAzure ? [] : await liftTextLimit(connection, options);
    try {
      if (!before.isEnabled) await connection.execute(ENABLE_DATABASE, options);
      await options.onEnabled(identityOf(await this.#facts(options)));
      await this.#enableTables(connection, before, options);
      await this.#setRetention(connection, profile, options);
      await this.#setContinuous(connection, profile, options);
    } catch (error) {
      if (!before.isEnabled && !wasEnabled(error)) await this.#disableAgain();
      options.signal?.throwIfAborted();
      throw enableFailed(this.#live.place, this.#database, error);
    }
    return [...notes, ...switchRefused(before)];
  }

  async #enableTables(
    connection: TdsConnection,
    before: CaptureFacts,
    options?: Abortable,
  ): Promise<void> {
    const taken = takenNames(before);
    for (const table of tablesToEnable(before)) {
      await connection.execute(enableTable(table, taken), options);
    }
  }

  /** Where others capture, too, nothing becomes shorter. */
  async #setRetention(
    connection: TdsConnection,
    profile: CaptureProfile,
    options?: Abortable,
  ): Promise<void> {
    const facts = await this.#facts(options);
    const kept = (facts.cleanup?.retention ?? 0) * MINUTE;
    if (foreignInstances(facts).length > 0 && kept >= profile.retention) return;
    await connection.execute(setRetention(profile), options);
  }

  /** The job is made with the first table, and captures continuously from then on. */
  async #setContinuous(
    connection: TdsConnection,
    profile: CaptureProfile,
    options?: Abortable,
  ): Promise<void> {
    const { isAzure, capture } = await this.#facts(options);
    if (isAzure || capture?.continuous === profile.continuous) return;
    for (const statement of setContinuous(profile)) await connection.execute(statement, options);
  }

  /** What is enabled in part helps nobody. Why it could not be enabled is told, whatever comes of this; a cancel does not stop it. */
  async #disableAgain(): Promise<void> {
    const options = { signal: AbortSignal.timeout(LONGEST_UNDO_MS) };
    try {
      await using live = new LiveConnection(this.#target, this.#database);
      const connection = await live.open(options);
      const facts = await readCaptureFacts(connection, options);
      if (!facts.isEnabled) return;
      for (const statement of disableOurs(facts)) await connection.execute(statement, options);
    } catch {
      // The next backup knows that it is ours, and enables it anew.
    }
  }

  async disable(options?: Abortable): Promise<readonly string[]> {
    const connection = await this.#live.open(options);
    const facts = await this.#facts(options);
    try {
      for (const statement of disableOurs(facts)) await connection.execute(statement, options);
      return foreignInstances(facts);
    } catch (error) {
      options?.signal?.throwIfAborted();
      throw disableFailed(this.#live.place, this.#database, error);
    }
  }

  async progress(options?: Abortable): Promise<CaptureProgress> {
    this.#scansEvery ??= (await this.#facts(options)).capture?.scansEvery;
    const connection = await this.#live.open(options);
    const progress = await readProgress(connection, options);
    const emptyScans = await readEmptyScans(connection, options);
    return { ...progress, scansEvery: this.#scansEvery ?? USUAL_SCANS, emptyScans };
  }

  async openScan(options?: Abortable): Promise<DatabaseCapture> {
    const database = this.#database;
    await using stack = new AsyncDisposableStack();
    const live = stack.use(new LiveConnection(this.#target, database));
    const connection = await live.open(options);
    const sources = sourcesOf(await readCaptureFacts(connection, options));
    const schema = await readSchema(connection, { database, signal: options?.signal });
    stack.move();
    const requireSame = (own?: Abortable): Promise<void> =>
      requireSameSchema(live, { database, schema, sources }, own);
    return captureOf(schema, new UnbrokenReading(live, schema, requireSame));
  }

  openChanges(range: ChangeRange, options?: Abortable): Promise<ChangeReading> {
    const database = this.#database;
    const live = new LiveConnection(this.#target, database);
    return openStoredChanges(live, { database, range, signal: options?.signal });
  }

  sameSchema(before: Uint8Array, after: Uint8Array): boolean {
    return isSameSchema(before, after);
  }

  async cleanUp(before: string, options?: Abortable): Promise<void> {
    const connection = await this.#live.open(options);
    await removeChanges(connection, { facts: await this.#facts(options), before }, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#live[Symbol.asyncDispose]();
  }
}

/** Connects when it is first asked something. */
export function openSqlServerChangeCapture(target: ServerTarget, database: string): ChangeCapture {
  return new SqlServerChangeCapture(target, database);
}
