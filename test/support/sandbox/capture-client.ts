import {
  createEngine,
  type EngineOptions,
} from "../../../providers/sandbox/engine/create-engine.ts";
import type { SandboxEngine } from "../../../providers/sandbox/session/session.ts";
import type { SqlValue } from "../../../providers/sandbox/values/sql-type.ts";
import { connect, type EngineClient, TEST_ENGINE_OPTIONS } from "./engine-client.ts";

/** An engine whose clock the test turns, with a database `d` that captures changes. */
export interface CapturingEngine {
  readonly engine: SandboxEngine;
  /** sa in `d`. */
  readonly client: EngineClient;
  /** Turns the clock on by milliseconds. */
  readonly pass: (milliseconds: number) => void;
}

export async function createCapturingEngine(
  options: Partial<EngineOptions> = {},
): Promise<CapturingEngine> {
  const time = { now: Date.UTC(2026, 0, 2, 3, 4, 5) };
  const engine = createEngine({
    ...TEST_ENGINE_OPTIONS,
    clock: () => time.now,
    capture: { delay: 0, quietInterval: 60_000 },
    ...options,
  });
  await connect(engine).script("create database d");
  const client = connect(engine, { database: "d" });
  await client.script("exec sys.sp_cdc_enable_db");
  return {
    engine,
    client,
    pass: (milliseconds) => {
      time.now += milliseconds;
    },
  };
}

/** Captures a table of dbo under its own name. */
export async function track(client: EngineClient, table: string, more = ""): Promise<void> {
  await client.script(
    `exec sys.sp_cdc_enable_table @source_schema = 'dbo', @source_name = '${table}', @role_name = null, @capture_instance = '${table}'${more}`,
  );
}

export function hex(value: SqlValue | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : "";
}
