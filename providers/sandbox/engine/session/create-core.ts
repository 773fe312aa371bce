import type { LoginRequest } from "../../session/session.ts";
import {
  DEFAULT_OPTIONS,
  DEFAULT_SETTINGS,
  type EngineParts,
  type SessionCore,
} from "./session-core.ts";
import type { SignedIn } from "./sign-in.ts";
import { datetimeNow } from "./system-context.ts";

interface CoreBirth {
  readonly signedIn: SignedIn;
  readonly database: SessionCore["database"];
}

export function createCore(
  request: LoginRequest,
  parts: EngineParts,
  { signedIn, database }: CoreBirth,
): SessionCore {
  const { loginId, user, name, isExternal } = signedIn;
  const { server } = parts;
  let sessionId = 51;
  while (server.sessions.has(sessionId)) sessionId += 1;
  const now = datetimeNow(parts.now());
  const core: SessionCore = {
    parts,
    server,
    sessionId,
    loginTime: now,
    hostName: request.hostName,
    programName: request.applicationName,
    loginId,
    originalLoginId: loginId,
    database,
    loginDatabase: database,
    settings: DEFAULT_SETTINGS,
    options: DEFAULT_OPTIONS,
    isRunning: false,
    blockedBy: 0,
    lastRequestTime: now,
    impersonated: user,
    signedInUser: user,
    signInName: name,
    isExternal,
    transaction: undefined,
    transactionCount: 0,
    statementDepth: 0,
    savepoints: new Map(),
    isDoomed: false,
    rowCount: 0,
    errorNumber: 0,
    lastIdentity: undefined,
    batchIdentity: undefined,
    identityInsert: undefined,
    temporaryTables: new Map(),
    cursors: new Map(),
    fetchStatus: 0,
    prepared: new Map(),
    nextHandle: 0,
    bulk: undefined,
    context: new Map(),
    contextInfo: undefined,
    language: "us_english",
    sink: undefined,
    isKilled: false,
    get openTransactions() {
      return core.transactionCount;
    },
    get isolation() {
      return core.options.isolation;
    },
  };
  return core;
}
