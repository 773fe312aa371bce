import { METADATA_FUNCTIONS } from "../catalog/metadata-functions.ts";
import { createSystemRegistry } from "../catalog/system-registry.ts";
import { functionRegistry } from "../expressions/built-in-functions.ts";
import type { LoginRequest, SandboxEngine, Session, SqlError } from "../session/session.ts";
import { StoredServer } from "../storage/stored-server.ts";
import { DEFAULT_COLLATION } from "../values/collations.ts";
import { createInterpreter } from "./create-interpreter.ts";
import { openSession } from "./session/open-session.ts";
import { hashPassword } from "./session/passwords.ts";
import type { EngineParts } from "./session/session-core.ts";
import { datetimeNow } from "./session/system-context.ts";

export interface EngineOptions {
  /** Milliseconds since 1970, as Date.now() gives. */
  clock(): number;
  /** 0 <= x < 1. */
  random(): number;
  randomBytes(count: number): Uint8Array;
  readonly serverName: string;
  readonly saPassword: string;
  readonly collation?: string | undefined;
}

const MILLISECONDS_TO_1970 = 62_135_596_800_000n;

/** A server in memory, with its system databases and the login sa. */
export function createEngine(options: EngineOptions): SandboxEngine {
  const now = (): bigint => (BigInt(Math.floor(options.clock())) + MILLISECONDS_TO_1970) * 10_000n;
  const server = new StoredServer({
    name: options.serverName,
    collation: options.collation ?? DEFAULT_COLLATION,
    now: datetimeNow(now()),
    saPasswordHash: hashPassword(options.saPassword, options.randomBytes(4)),
  });
  const parts: EngineParts = {
    server,
    system: createSystemRegistry(),
    functions: functionRegistry(METADATA_FUNCTIONS),
    now,
    random: () => options.random(),
    randomBytes: (count) => options.randomBytes(count),
    ticks: () => performance.now(),
    checkpoint: async () => {
      await Promise.resolve();
    },
  };
  const interpreter = createInterpreter();
  return {
    login: (request: LoginRequest): Session | SqlError => openSession(request, parts, interpreter),
  };
}
