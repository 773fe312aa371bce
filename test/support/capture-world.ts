import { randomBytes } from "node:crypto";
import type { JobRecord } from "../../core/catalog/job.ts";
import { backUp } from "../../core/operations/backup.ts";
import type { Ports } from "../../core/operations/ports.ts";
import type { ServerTarget } from "../../core/resource/database-server.ts";
import { createEngine } from "../../providers/sandbox/engine/create-engine.ts";
import { type Sandbox, startSandbox } from "../../providers/sandbox/sandbox.ts";
import type { FaultPlan } from "../../providers/sandbox/session/faults.ts";
import type { SandboxEngine, Session } from "../../providers/sandbox/session/session.ts";
import { foretellOf } from "../../providers/sqlserver/restore/foretell.ts";
import { openSqlServer } from "../../providers/sqlserver/sql-server.ts";
import { applyAll } from "./applied-world.ts";
import { createWorld, type MemoryWorld } from "./memory-ports.ts";
import { SERVER_BLOCKS, vaultBlock } from "./sample-blocks.ts";
import { EngineClient } from "./sandbox/engine-client.ts";

const SA_PASSWORD = `Aa1!${randomBytes(12).toString("hex")}`;
const START = Date.parse("2026-01-05T12:00:00Z");
const MINUTE = 60_000;

type Flavour = "sql_server" | "azure_sql" | "managed_instance" | "azure_vm";

interface Account {
  readonly username: string;
  readonly password: string;
}

export interface WorldOptions {
  readonly include: readonly string[];
  /** Body of the policy's block `cdc`. */
  readonly profile?: string | undefined;
  readonly system?: boolean | undefined;
  readonly as?: Account | undefined;
  /** [cdc] */
  readonly method?: "cdc" | "snapshot" | undefined;
}

/** What comes over the wire to the sandbox. */
export interface Wire {
  /** Every statement, in order. */
  readonly statements: string[];
  /** Comes before each statement is run. */
  before: (sql: string) => Promise<void>;
  /** After how many packets the next connections are cut, one each; others never. */
  readonly cuts: number[];
  /** Which requests the server refuses for the moment. */
  faults: FaultPlan;
}

/** Configuration, catalog and vault in memory, and the sandbox as their server. */
export interface CaptureWorld extends Omit<MemoryWorld, "server"> {
  /** Runs a backup a minute later. */
  run(type?: "full" | "cdc"): Promise<JobRecord>;
}

/** The sandbox in this process with a clock that only tests move; captures what is committed as soon as it is asked. */
export class CaptureServer implements AsyncDisposable {
  readonly wire: Wire;
  readonly #engine: SandboxEngine;
  readonly #sandbox: Sandbox;
  readonly #hand: { time: number };
  readonly #flavour: Flavour;

  constructor(
    parts: {
      readonly engine: SandboxEngine;
      readonly sandbox: Sandbox;
      readonly hand: { time: number };
    },
    flavour: Flavour,
    wire: Wire,
  ) {
    this.#engine = parts.engine;
    this.#sandbox = parts.sandbox;
    this.#hand = parts.hand;
    this.#flavour = flavour;
    this.wire = wire;
  }

  /** Runs a script with the lines GO between its batches, without the wire. */
  async sql(database: string, script: string): Promise<void> {
    const client = this.client(database);
    try {
      await client.script(script);
    } finally {
      client.session.close();
    }
  }

  async rows(database: string, query: string): Promise<readonly (readonly unknown[])[]> {
    const client = this.client(database);
    try {
      return await client.rows(query);
    } finally {
      client.session.close();
    }
  }

  /** A connection of its own, without the wire. */
  client(database: string): EngineClient {
    const signIn = { username: "sa", password: SA_PASSWORD, database };
    const session = this.#engine.login({
      ...signIn,
      hostName: "test",
      applicationName: "test",
      packetSize: 4096,
    });
    if ("message" in session) throw new Error(session.message);
    return new EngineClient(session);
  }

  /** A database with a table of ten accounts. */
  async database(name: string): Promise<void> {
    await this.sql("master", `CREATE DATABASE [${name}]`);
    await this.sql(
      name,
      `CREATE TABLE dbo.Account (id int NOT NULL PRIMARY KEY, amount int NOT NULL, twice AS amount * 2)
GO
INSERT INTO dbo.Account (id, amount) VALUES (1, 10), (2, 20), (3, 30), (4, 40), (5, 50)`,
    );
  }

  /** The time goes on, and with it what the server does by itself. */
  pass(milliseconds = MINUTE): void {
    this.#hand.time += milliseconds;
  }

  /** How a login reaches it over the wire. */
  target(
    address: ServerTarget["address"],
    { username, password }: Account = { username: "sa", password: SA_PASSWORD },
  ): ServerTarget {
    return {
      address,
      host: this.#sandbox.host,
      port: this.#sandbox.port,
      username,
      password: () => Promise.resolve(password),
      tls: { ca: this.#sandbox.authority, trustServerCertificate: false },
    };
  }

  async world(options: WorldOptions): Promise<CaptureWorld> {
    const world = createWorld(configurationOf(options, this.#flavour));
    const hand = this.#hand;
    Object.defineProperty(world, "time", {
      get: () => hand.time,
      set: (time: number) => {
        hand.time = time;
      },
    });
    const ports: Ports = {
      ...world.ports,
      foretellRestore: (schema, choice) => Promise.resolve(foretellOf(schema, choice)),
      openServer: ({ address }) => openSqlServer(this.target(address, options.as)),
    };
    await applyAll(ports);
    const run: CaptureWorld["run"] = (type) => {
      this.pass();
      return backUp({ backupSet: "orders", type, trigger: "manual" }, ports);
    };
    return Object.assign(world, { ports, run });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox.close();
  }
}

function configurationOf(
  { include, profile = "", system = false, method = "cdc" }: WorldOptions,
  flavour: Flavour,
): string {
  const changes = `cdc {
    every = "1h"
    ${profile}
  }`;
  return `${SERVER_BLOCKS.replace('"sql_server"', `"${flavour}"`)}${vaultBlock()}
retention "standard" { daily = 10 }
policy "gold" {
  method    = "${method}"
  retention = retention.standard
  full { schedule = "0 12 * * *" }
  ${method === "cdc" ? changes : ""}
}
backup_set "orders" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases {
    include = ${JSON.stringify(include)}
    system  = ${system}
  }
}
`;
}

/** What capture shows at once, unless `capture` says otherwise. */
export async function startCaptureServer(
  flavour: Flavour = "sql_server",
  capture: { readonly delay?: number; readonly quietInterval?: number } = {
    delay: 0,
    quietInterval: 0,
  },
): Promise<CaptureServer> {
  const hand = { time: START };
  const wire: Wire = {
    statements: [],
    before: () => Promise.resolve(),
    cuts: [],
    faults: () => undefined,
  };
  const engine = createEngine({
    clock: () => hand.time,
    random: () => Math.random(),
    randomBytes: (count) => randomBytes(count),
    serverName: "SANDBOX",
    saPassword: SA_PASSWORD,
    flavour,
    faults: (request) => wire.faults(request),
    capture,
  });
  const sandbox = await startSandbox({
    engine: listening(engine, wire),
    port: 0,
    packetLimit: () => wire.cuts.shift(),
  });
  return new CaptureServer({ engine, sandbox, hand }, flavour, wire);
}

/** The same engine, whose batches are written down. */
function listening(engine: SandboxEngine, wire: Wire): SandboxEngine {
  const login: SandboxEngine["login"] = (request) => {
    const session = engine.login(request);
    if ("message" in session) return session;
    const batch: Session["batch"] = async (sql, sink, signal) => {
      wire.statements.push(sql);
      await wire.before(sql);
      return session.batch(sql, sink, signal);
    };
    return overriding(session, { batch });
  };
  return overriding(engine, { login });
}

/** The same object but for some of its methods. */
export function overriding<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(of, key) {
      const own: unknown = Reflect.get(methods, key);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(of, key, of);
      if (typeof value !== "function") return value;
      return (...given: readonly unknown[]): unknown => Reflect.apply(value, of, given);
    },
  });
}
