import { METADATA_FUNCTIONS } from "../catalog/metadata-functions.ts";
import { systemRegistry } from "../catalog/system-registry.ts";
import { functionRegistry } from "../expressions/built-in-functions.ts";
import type { FaultPlan } from "../session/faults.ts";
import type { LoginRequest, SandboxEngine, Session, SqlError } from "../session/session.ts";
import type { DirectoryPrincipal, TokenVerifier } from "../session/token-verifier.ts";
import { readDataFile, writeDataFile } from "../storage/data-lines.ts";
import type { CopyEnd } from "../storage/database-copy.ts";
import type { Flavour } from "../storage/flavour.ts";
import { noJournal } from "../storage/journal.ts";
import { StoredServer } from "../storage/stored-server.ts";
import { DEFAULT_COLLATION } from "../values/collations.ts";
import type { CaptureTiming } from "./capture/capture-process.ts";
import { LSN_FUNCTIONS } from "./capture/lsn-functions.ts";
import { createInterpreter } from "./create-interpreter.ts";
import { describeServer, restoreServer } from "./data-folder.ts";
import { endLeftCopies } from "./database-copies.ts";
import { makeMsdb } from "./msdb/make-msdb.ts";
import { setEntraAdministrator } from "./security/external-principals.ts";
import { openSession } from "./session/open-session.ts";
import { hashPassword } from "./session/passwords.ts";
import { serverActivation, serverEnvironment } from "./session/server-activation.ts";
import type { EngineParts } from "./session/session-core.ts";
import { datetimeNow } from "./session/system-context.ts";
import type { Interpreter } from "./statements/flow.ts";

export interface EngineOptions {
  /** Milliseconds since 1970, as Date.now() gives. */
  clock(): number;
  /** 0 <= x < 1. */
  random(): number;
  randomBytes(count: number): Uint8Array;
  readonly serverName: string;
  readonly saPassword: string;
  readonly collation?: string | undefined;
  /** [sql_server] */
  readonly flavour?: Flavour | undefined;
  /** How far change data capture is behind the log [as on the servers]. */
  readonly capture?: CaptureTiming | undefined;
  /** Who signs in through Microsoft Entra [nobody]. */
  readonly tokens?: TokenVerifier | undefined;
  /** The administrator that Microsoft Entra knows: owner of every database [none]. */
  readonly entraAdministrator?: DirectoryPrincipal | undefined;
  /** Requests that fail on purpose [none]. */
  readonly faults?: FaultPlan | undefined;
  /** How copies end that T-SQL starts [online, at once]. */
  readonly copyEnd?: ((source: string, target: string) => CopyEnd) | undefined;
}

const MILLISECONDS_TO_1970 = 62_135_596_800_000n;

/** A server in memory, with its system databases and the login sa. */
export function createEngine(options: EngineOptions): ControlledEngine {
  const interpreter = createInterpreter();
  return engineOf(createParts({ options, interpreter }), interpreter);
}

/** An engine that can be looked at and acted on from outside, as the control plane of a cloud does. */
export interface ControlledEngine extends SandboxEngine {
  readonly parts: EngineParts;
}

/** An engine whose databases are kept in a folder. */
export interface KeptEngine extends ControlledEngine {
  /** Writes all databases down. Rejects when that fails. Call it when no session is open any more. */
  close(): Promise<void>;
}

/**
 * A server whose databases come from a folder and go back there: at CHECKPOINT and at `close`. What was committed after the last of
 * them is lost when the process is killed. Rejects with DataFileError for a file that is damaged or of another format, and with the
 * file system's own errors.
 */
export async function openEngine(options: EngineOptions, dataFolder: string): Promise<KeptEngine> {
  const interpreter = createInterpreter();
  const checkpoint = () => writeDataFile(dataFolder, describeServer(parts.server));
  const parts: EngineParts = createParts({ options, interpreter, checkpoint });
  const lines = await readDataFile(dataFolder);
  if (lines !== undefined) {
    restoreServer(parts.server, lines, (database) => parts.environmentOf(database));
    endLeftCopies(parts);
    resetPassword(parts, options);
  }
  return { ...engineOf(parts, interpreter), close: () => parts.checkpoint() };
}

/** The password of sa is the one that the server was started with, whatever the folder says. */
function resetPassword({ server }: EngineParts, options: EngineOptions): void {
  const sa = server.principals.get(1);
  if (sa === undefined) return;
  const passwordHash = hashPassword(options.saPassword, options.randomBytes(4));
  server.principals.set(1, { ...sa, passwordHash }, noJournal);
}

function engineOf(parts: EngineParts, interpreter: Interpreter): ControlledEngine {
  return {
    parts,
    tokens: parts.tokens,
    login: (request: LoginRequest): Session | SqlError => openSession(request, parts, interpreter),
  };
}

const FUNCTIONS = functionRegistry([...METADATA_FUNCTIONS, ...LSN_FUNCTIONS]);

interface PartsRequest {
  readonly options: EngineOptions;
  readonly interpreter: Interpreter;
  readonly checkpoint?: () => Promise<void>;
}

function createParts({ options, interpreter, checkpoint }: PartsRequest): EngineParts {
  const now = (): bigint => (BigInt(Math.floor(options.clock())) + MILLISECONDS_TO_1970) * 10_000n;
  const server = new StoredServer({
    name: options.serverName,
    flavour: options.flavour,
    collation: options.collation ?? DEFAULT_COLLATION,
    now: datetimeNow(now()),
    saPasswordHash: hashPassword(options.saPassword, options.randomBytes(4)),
  });
  const parts: EngineParts = {
    server,
    environmentOf: (database) => serverEnvironment(parts, database, interpreter),
    system: systemRegistry(options.flavour),
    functions: FUNCTIONS,
    capture: options.capture ?? {},
    now,
    random: () => options.random(),
    randomBytes: (count) => options.randomBytes(count),
    ticks: () => performance.now(),
    tokens: options.tokens,
    faults: options.faults ?? (() => undefined),
    requestCount: 0,
    copyEnd: options.copyEnd ?? (() => ({ duration: 0, failure: undefined })),
    keepsData: checkpoint !== undefined,
    checkpoint: checkpoint ?? (() => Promise.resolve()),
  };
  if (server.flavour !== "azure_sql") {
    const msdb = server.database(4);
    server.unmade.set(msdb, () =>
      makeMsdb(msdb, (text) => serverActivation(parts, msdb, text), interpreter),
    );
  }
  const { entraAdministrator } = options;
  if (entraAdministrator !== undefined)
    setEntraAdministrator(entraAdministrator, { server, now: server.startTime });
  return parts;
}
