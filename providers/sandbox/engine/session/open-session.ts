import { type FaultRequest, transientError } from "../../session/faults.ts";
import type {
  BulkRows,
  LoginRequest,
  ResultSink,
  Session,
  SqlError,
  TransactionRequest,
} from "../../session/session.ts";
import { SqlException } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { loadRows } from "../changes/bulk-load.ts";
import { settleCopies } from "../database-copies.ts";
import { dropTables } from "../statements/call-function.ts";
import { callProcedure } from "../statements/call-procedure.ts";
import type { Interpreter } from "../statements/flow.ts";
import type { CallArgument } from "../statements/procedure-call.ts";
import type { Task } from "../suspension.ts";
import { type Activation, createActivation } from "./activation.ts";
import { changeTransaction } from "./change-transaction.ts";
import { createCore } from "./create-core.ts";
import { requireAccess } from "./database-access.ts";
import { Attention, drive } from "./driver.ts";
import { asMessage, BatchAborted, doomsTransaction, isSqlFailure, locate } from "./errors.ts";
import {
  DEFAULT_OPTIONS,
  DEFAULT_SETTINGS,
  type EngineParts,
  type SessionCore,
} from "./session-core.ts";
import { authenticate, loginFailure } from "./sign-in.ts";
import { datetimeNow } from "./system-context.ts";
import { dropTemporaries } from "./temporary-tables.ts";
import { rollbackTransaction } from "./transactions.ts";

/** Signs in, or says why not: 18456, 18470, 4060, 40613. */
export function openSession(
  request: LoginRequest,
  parts: EngineParts,
  interpreter: Interpreter,
): Session | SqlError {
  const { server } = parts;
  settleCopies(parts);
  const signedIn = authenticate(request, parts);
  if ("number" in signedIn) return signedIn;
  const wanted = request.database === "" ? signedIn.defaultDatabase : request.database;
  const fault = nextFault({ kind: "sign_in", database: wanted, text: "" }, parts);
  if (fault !== undefined) return fault;
  const database = server.findDatabase(wanted);
  const core = createCore(request, parts, {
    signedIn,
    database: database ?? server.database(1),
  });
  if (database === undefined) return cannotOpen(wanted);
  try {
    requireAccess(database, core);
  } catch (error) {
    if (!(error instanceof SqlException)) throw error;
    const { number, message } = error;
    return number === NOT_AVAILABLE
      ? loginFailure(number, message, { class: error.class })
      : cannotOpen(wanted);
  }
  server.sessions.set(core.sessionId, core);
  return new EngineSession(core, interpreter);
}

/** A database that comes later is told as such, for clients to try again. */
const NOT_AVAILABLE = 40_613;

/** What whoever was killed gets (learn.microsoft.com: errors 0 to 999, 596). */
const KILL_STATE: SqlError = loginFailure(
  596,
  "Cannot continue the execution because the session is in the kill state.",
  { class: 21 },
);

/** The error that a request is to get on purpose. */
function nextFault(
  request: Omit<FaultRequest, "sequence">,
  parts: EngineParts,
): SqlError | undefined {
  parts.requestCount += 1;
  const number = parts.faults({ ...request, sequence: parts.requestCount });
  const { database } = request;
  return number && transientError(number, { database, server: parts.server.name });
}

function cannotOpen(database: string): SqlError {
  return loginFailure(
    4060,
    `Cannot open database "${database}" requested by the login. The login failed.`,
    { class: 11 },
  );
}

class EngineSession implements Session {
  readonly #core: SessionCore;
  readonly #interpreter: Interpreter;

  constructor(core: SessionCore, interpreter: Interpreter) {
    this.#core = core;
    this.#interpreter = interpreter;
  }

  get database(): string {
    return this.#core.database.options.name;
  }

  get serverName(): string {
    return this.#core.server.name;
  }

  async batch(sql: string, sink: ResultSink, signal: AbortSignal): Promise<void> {
    if (this.#fails("batch", sql, sink)) return;
    const activation = createActivation({ core: this.#core, text: sql, sink });
    await this.#run(activation, signal, this.#interpreter.executeText(sql, activation));
  }

  async procedure(...call: Parameters<Session["procedure"]>): Promise<void> {
    const [name, parameters, sink, signal] = call;
    if (this.#fails("procedure", name, sink)) return;
    const outputs: { readonly index: number; readonly type: SqlType; readonly value: SqlValue }[] =
      [];
    const given: CallArgument[] = parameters.map((parameter, index) => ({
      name: parameter.name,
      type: parameter.type,
      value: parameter.value,
      isOutput: parameter.output,
      isDefault: parameter.useDefault,
      setOutput: parameter.output
        ? (value, type) => {
            outputs.push({ index, type, value });
          }
        : undefined,
    }));
    const activation = createActivation({ core: this.#core, text: name, sink });
    const task = callProcedure({
      name,
      parameters: given,
      activation,
      interpreter: this.#interpreter,
    });
    const status = await this.#run(activation, signal, task);
    if (status === undefined) return;
    sink.returnStatus(status);
    for (const { index, type, value } of outputs) {
      sink.outputParameter({ name: parameters[index]?.name ?? "", ordinal: index, type, value });
    }
  }

  async bulkLoad(load: BulkRows, sink: ResultSink, signal: AbortSignal): Promise<void> {
    if (this.#fails("bulk_load", "", sink)) return;
    const activation = createActivation({ core: this.#core, text: "", sink });
    await this.#run(activation, signal, loadRows(load, activation, this.#interpreter));
  }

  async transaction(request: TransactionRequest, sink: ResultSink): Promise<void> {
    const activation = createActivation({ core: this.#core, text: "", sink });
    await this.#run(
      activation,
      new AbortController().signal,
      changeTransaction(request, activation),
    );
  }

  reset(): void {
    const core = this.#core;
    rollbackTransaction(core);
    this.#forget();
    core.database = core.loginDatabase;
    core.settings = DEFAULT_SETTINGS;
    core.options = DEFAULT_OPTIONS;
    core.impersonated = core.signedInUser;
    core.loginId = core.originalLoginId;
    core.identityInsert = undefined;
    core.bulk = undefined;
    core.lastIdentity = undefined;
    core.batchIdentity = undefined;
    core.contextInfo = undefined;
    core.context.clear();
  }

  close(): void {
    rollbackTransaction(this.#core);
    this.#forget();
    this.#core.server.sessions.delete(this.#core.sessionId);
  }

  /** Tells that the session was killed, or an error that was asked for; whatever transaction was open is rolled back, as after any loss of the server. */
  #fails(kind: FaultRequest["kind"], text: string, sink: ResultSink): boolean {
    const asked = nextFault({ kind, text, database: this.database }, this.#core.parts);
    const fault = this.#core.isKilled ? KILL_STATE : asked;
    if (fault === undefined) return false;
    rollbackTransaction(this.#core);
    sink.message(fault);
    sink.statementEnd({ rowCount: undefined, isError: true, command: 0 });
    return true;
  }

  #forget(): void {
    const core = this.#core;
    dropTemporaries({ core, temporaryTables: core.temporaryTables });
    core.cursors.clear();
    core.prepared.clear();
  }

  /** Drives the work. Errors are told to the client; undefined when there was one. */
  async #run<Result>(
    activation: Activation,
    signal: AbortSignal,
    task: Task<Result>,
  ): Promise<Result | undefined> {
    const core = this.#core;
    core.sink = activation.sink;
    core.isRunning = true;
    core.lastRequestTime = datetimeNow(core.parts.now());
    settleCopies(core.parts);
    try {
      return await drive(task, core, signal);
    } catch (error) {
      this.#tell(error, activation);
      return undefined;
    } finally {
      core.isRunning = false;
      core.sink = undefined;
      dropTables(activation);
      dropTemporaries(activation);
    }
  }

  #tell(error: unknown, activation: Activation): void {
    const core = this.#core;
    if (error instanceof BatchAborted) return;
    if (error instanceof Attention) {
      if (core.options.abortsTransaction || core.isKilled) rollbackTransaction(core);
      return;
    }
    if (!isSqlFailure(error)) throw error;
    const located = locate(error, activation);
    core.errorNumber = located.number;
    if (doomsTransaction(located.number)) rollbackTransaction(core);
    activation.sink.message(asMessage(located));
    activation.sink.statementEnd({ rowCount: undefined, isError: true, command: 0 });
  }
}
