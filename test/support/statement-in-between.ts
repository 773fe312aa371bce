import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import mssql from "mssql";
import type { SignIn } from "./test-server.ts";

interface Task {
  readonly signIn: SignIn;
  readonly database: string;
  readonly sql: string;
}

/** Runs a statement by a second client in a process of its own, and gives way to nothing until it is done. */
export function runInBetween(task: Task): void {
  execFileSync(process.execPath, [import.meta.filename], {
    input: JSON.stringify(task),
    timeout: 30_000,
    stdio: ["pipe", "ignore", "pipe"],
  });
}

async function carryOut({ signIn, database, sql }: Task): Promise<void> {
  const { host, port, username, password, caFile, trustServerCertificate } = signIn;
  const trusted =
    caFile === undefined
      ? { trustServerCertificate }
      : { serverName: "localhost", cryptoCredentialsDetails: { ca: readFileSync(caFile, "utf8") } };
  const pool = await new mssql.ConnectionPool({
    server: host,
    port,
    user: username,
    password,
    database,
    options: { encrypt: true, ...trusted },
  }).connect();
  await pool.request().batch(sql);
  await pool.close();
}

if (import.meta.main) await carryOut(JSON.parse(readFileSync(0, "utf8")) as Task);
