import type {
  BulkRows,
  LoginRequest,
  ResultColumn,
  ResultSink,
  RpcParameter,
  SandboxEngine,
  Session,
  SqlError,
  TransactionRequest,
} from "../../providers/sandbox/session/session.ts";
import type { SqlType, SqlValue } from "../../providers/sandbox/values/sql-type.ts";

/** What a test's session does; everything else does nothing well. */
export interface FakeBehaviour {
  batch?: (sql: string, sink: ResultSink, signal: AbortSignal) => Promise<void>;
  procedure?: (
    call: { readonly name: string; readonly parameters: readonly RpcParameter[] },
    sink: ResultSink,
    signal: AbortSignal,
  ) => Promise<void>;
  bulkLoad?: (load: BulkRows, sink: ResultSink, signal: AbortSignal) => Promise<void>;
}

/** An engine without SQL: it signs in `sa` with one password and does what the test says. */
export interface FakeEngine extends SandboxEngine {
  readonly logins: LoginRequest[];
  readonly transactions: TransactionRequest[];
  openSessions: number;
  resets: number;
}

export const FAKE_PASSWORD = "Pässwörd-1!";

function loginError(request: LoginRequest): SqlError | undefined {
  const error = { state: 1, procedure: "", line: 1 };
  if (request.username !== "sa" || request.password !== FAKE_PASSWORD) {
    const message = `Login failed for user '${request.username}'.`;
    return { ...error, number: 18_456, class: 14, message };
  }
  if (!["", "master", "shop"].includes(request.database)) {
    const message = `Cannot open database "${request.database}" requested by the login. The login failed.`;
    return { ...error, number: 4060, class: 11, message };
  }
  return undefined;
}

function createSession(engine: FakeEngine, database: string, behaviour: FakeBehaviour): Session {
  let isOpen = true;
  let descriptor = 1n;
  return {
    database,
    serverName: "FAKE",
    async batch(sql, sink, signal) {
      if (!/^\s*set (?!fmtonly)/i.test(sql)) await behaviour.batch?.(sql, sink, signal);
    },
    async procedure(...[name, parameters, sink, signal]) {
      await behaviour.procedure?.({ name, parameters }, sink, signal);
    },
    async bulkLoad(load, sink, signal) {
      await behaviour.bulkLoad?.(load, sink, signal);
    },
    async transaction(request, sink) {
      engine.transactions.push(request);
      if (request.action === "begin") {
        descriptor += 1n;
        sink.environment({ kind: "begin_transaction", descriptor });
      } else if (request.action !== "save") {
        sink.environment({ kind: `${request.action}_transaction`, descriptor });
      }
      await Promise.resolve();
    },
    reset() {
      engine.resets += 1;
    },
    close() {
      if (isOpen) engine.openSessions -= 1;
      isOpen = false;
    },
  };
}

export function createFakeEngine(behaviour: FakeBehaviour = {}): FakeEngine {
  const engine: FakeEngine = {
    logins: [],
    transactions: [],
    openSessions: 0,
    resets: 0,
    login(request) {
      engine.logins.push(request);
      const error = loginError(request);
      if (error !== undefined) return error;
      engine.openSessions += 1;
      return createSession(
        engine,
        request.database === "" ? "master" : request.database,
        behaviour,
      );
    },
  };
  return engine;
}

/** A result set of one statement. */
export async function sendResult(
  sink: ResultSink,
  columns: readonly ResultColumn[],
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  sink.columns(columns);
  await sink.rows(rows);
  sink.statementEnd({ rowCount: rows.length, isError: false, command: 0xc1 });
}

export function column(name: string, type: SqlType, nullable = true): ResultColumn {
  return { name, type, nullable };
}
