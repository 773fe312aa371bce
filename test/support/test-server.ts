import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import mssql from "mssql";
import { decodeScript, splitScript } from "../../providers/sandbox/script-batches.ts";
import { parseEvent } from "./holdfast-output.ts";
import { type RunningCommand, startHoldfast } from "./holdfast-process.ts";

/** How to sign in to the server under test. */
export interface SignIn {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** The authority to trust; the system's where absent. */
  readonly caFile: string | undefined;
  readonly trustServerCertificate: boolean;
}

export interface Script {
  readonly file: string;
  /** Made when missing; the script makes its own where absent. */
  readonly database?: string;
}

/** A SQL Server for tests: the sandbox in a process of its own, or the one that HOLDFAST_TEST_MSSQL names. */
export interface TestServer extends AsyncDisposable {
  readonly signIn: SignIn;
  readonly isSandbox: boolean;
  /** A stock client in a database; one connection, closed with the server. */
  connect(
    database?: string,
    as?: Pick<SignIn, "username" | "password">,
  ): Promise<mssql.ConnectionPool>;
  /** Runs batches in a database. */
  run(database: string, ...batches: readonly string[]): Promise<void>;
  /** A name for a new database; it is dropped at the end, as every name that was given out. */
  name(wish: string): string;
}

const READY_WITHIN_MS = 60_000;

/** Starts the server and loads the scripts. Databases that scripts make are to be named in `owned`, so that they go at the end. */
export async function startTestServer(
  scripts: readonly Script[] = [],
  owned: readonly string[] = [],
): Promise<TestServer> {
  const text = process.env["HOLDFAST_TEST_MSSQL"];
  return text === undefined || text === ""
    ? startSandboxProcess(scripts)
    : openRealServer(text, { scripts, owned });
}

async function startSandboxProcess(scripts: readonly Script[]): Promise<TestServer> {
  const loads = scripts.flatMap(({ file, database }) => [
    "-load",
    database === undefined ? file : `${database}=${file}`,
  ]);
  const child = startHoldfast(["sandbox", "-json", ...loads], {
    environment: { HOLDFAST_SANDBOX_PASSWORD: undefined },
  });
  const tie = endWithThisProcess(child);
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.outcome;
    tie[Symbol.dispose]();
  };
  const timer = setTimeout(() => child.kill("SIGKILL"), READY_WITHIN_MS);
  try {
    for await (const line of child.lines) {
      if (parseEvent(line).type !== "ready") continue;
      return new StockServer(signInOf(line), { isSandbox: true, end: stop });
    }
    const { code, stderr } = await child.outcome;
    throw new Error(`The sandbox ended with ${code} before it was ready: ${stderr}`);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the sandbox when this process is ended from outside; it then cleans up by itself. */
function endWithThisProcess(child: RunningCommand): Disposable {
  const end = (): void => child.kill("SIGTERM");
  const leave = (): void => process.exit(1);
  process.once("exit", end).once("SIGTERM", leave).once("SIGINT", leave);
  return {
    [Symbol.dispose]: () => {
      process.off("exit", end).off("SIGTERM", leave).off("SIGINT", leave);
    },
  };
}

/** The first line of `sandbox -json`. */
interface Ready {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly ca_file: string;
}

function signInOf(line: string): SignIn {
  const { host, port, username, password, ca_file: caFile } = JSON.parse(line) as Ready;
  return { host, port, username, password, caFile, trustServerCertificate: false };
}

async function openRealServer(
  text: string,
  { scripts, owned }: { scripts: readonly Script[]; owned: readonly string[] },
): Promise<TestServer> {
  const config = mssql.ConnectionPool.parseConnectionString(text);
  const server = new StockServer(
    {
      host: config.server,
      port: config.port ?? 1433,
      username: config.user ?? "",
      password: config.password ?? "",
      caFile: undefined,
      trustServerCertificate: config.options.trustServerCertificate ?? false,
    },
    { isSandbox: false, end: () => Promise.resolve() },
  );
  for (const name of owned) server.own(name);
  await server.dropOwned();
  for (const script of scripts) await server.load(script);
  return server;
}

interface Kind {
  readonly isSandbox: boolean;
  readonly end: () => Promise<void>;
}

class StockServer implements TestServer {
  readonly signIn: SignIn;
  readonly isSandbox: boolean;
  readonly #end: () => Promise<void>;
  readonly #pools: mssql.ConnectionPool[] = [];
  readonly #owned = new Set<string>();

  constructor(signIn: SignIn, { isSandbox, end }: Kind) {
    this.signIn = signIn;
    this.isSandbox = isSandbox;
    this.#end = end;
  }

  async connect(
    database = "master",
    as: Pick<SignIn, "username" | "password"> = this.signIn,
  ): Promise<mssql.ConnectionPool> {
    const { host, port, caFile, trustServerCertificate } = this.signIn;
    const trusted =
      caFile === undefined
        ? { trustServerCertificate }
        : {
            trustServerCertificate,
            serverName: "localhost",
            cryptoCredentialsDetails: { ca: await readFile(caFile, "utf8") },
          };
    const pool = new mssql.ConnectionPool({
      server: host,
      port,
      user: as.username,
      password: as.password,
      database,
      requestTimeout: 120_000,
      pool: { max: 1, min: 0 },
      options: { encrypt: true, useUTC: true, ...trusted },
    });
    this.#pools.push(pool);
    return pool.connect();
  }

  async run(database: string, ...batches: readonly string[]): Promise<void> {
    const pool = await this.connect(database);
    for (const sql of batches) await pool.request().batch(sql);
    await pool.close();
  }

  async load({ file, database }: Script): Promise<void> {
    if (database !== undefined) await this.run("master", `CREATE DATABASE [${database}]`);
    const batches = splitScript(decodeScript(await readFile(file)));
    await this.run(database ?? "master", ...batches.map(({ sql }) => sql));
  }

  name(wish: string): string {
    const name = this.isSandbox ? wish : `${wish}_${randomBytes(4).toString("hex")}`;
    this.own(name);
    return name;
  }

  own(name: string): void {
    this.#owned.add(name);
  }

  async dropOwned(): Promise<void> {
    for (const name of this.#owned) {
      const close = `ALTER DATABASE [${name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE`;
      await this.run(
        "master",
        `IF DB_ID(N'${name}') IS NOT NULL BEGIN ${close}; DROP DATABASE [${name}] END`,
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pool of this.#pools) await pool.close();
    if (!this.isSandbox) await this.dropOwned();
    await this.#end();
  }
}
