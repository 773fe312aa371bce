import {
  createEngine,
  type EngineOptions,
} from "../../../providers/sandbox/engine/create-engine.ts";
import type { SandboxEngine, Session } from "../../../providers/sandbox/session/session.ts";
import type { SqlValue } from "../../../providers/sandbox/values/sql-type.ts";
import { RecordingSink } from "./recording-sink.ts";

const PASSWORD = "Str0ng-enough";

let seed = 1;

function random(): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
}

export const TEST_ENGINE_OPTIONS: EngineOptions = {
  clock: () => Date.UTC(2026, 0, 2, 3, 4, 5),
  random,
  randomBytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
  serverName: "SANDBOX",
  saPassword: PASSWORD,
};

export function createTestEngine(): SandboxEngine {
  return createEngine(TEST_ENGINE_OPTIONS);
}

/** One connection that talks to the engine without a network in between. */
export class EngineClient {
  readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  async run(sql: string, signal = new AbortController().signal): Promise<RecordingSink> {
    const sink = new RecordingSink();
    await this.session.batch(sql, sink, signal);
    return sink;
  }

  /** Runs batches between GO lines. Throws at the first error. */
  async script(sql: string): Promise<void> {
    for (const batch of sql.split(/^\s*GO\s*$/im)) {
      if (batch.trim() === "") continue;
      const [error] = (await this.run(batch)).errors;
      if (error !== undefined) {
        throw new Error(
          `${error.number} at ${error.line}: ${error.message}\n${batch.slice(0, 300)}`,
        );
      }
    }
  }

  /** The rows of the last result set. Throws on an error. */
  async rows(sql: string): Promise<readonly (readonly SqlValue[])[]> {
    const sink = await this.run(sql);
    const [error] = sink.errors;
    if (error !== undefined) throw new Error(`${error.number}: ${error.message}`);
    return sink.sets.at(-1)?.rows ?? [];
  }

  async error(sql: string): Promise<number> {
    return (await this.run(sql)).errors[0]?.number ?? 0;
  }
}

export function connect(
  engine: SandboxEngine,
  parts: {
    readonly username?: string;
    readonly password?: string;
    readonly database?: string;
  } = {},
): EngineClient {
  const session = engine.login({
    username: parts.username ?? "sa",
    password: parts.password ?? PASSWORD,
    database: parts.database ?? "",
    hostName: "test",
    applicationName: "test",
    packetSize: 4096,
  });
  if ("message" in session) throw new Error(`${session.number}: ${session.message}`);
  return new EngineClient(session);
}
