import { Bank, type BankServer } from "./bank.ts";
import type { BankStage } from "./bank-run.ts";
import type { CaptureServer } from "./capture-world.ts";
import type { CopyServer } from "./copy-world.ts";
import { connect, type EngineClient } from "./sandbox/engine-client.ts";

/** A bank on SQL Server, backed up by its changes or by snapshots. */
export async function bankOnServer(
  server: CaptureServer,
  method: "cdc" | "snapshot",
  name: string,
): Promise<BankStage> {
  await server.sql("master", `CREATE DATABASE [${name}]`);
  const bank = await Bank.open(server, name);
  const world = await server.world({ include: [name], method });
  const backUp = () => world.run(method === "cdc" ? undefined : "full");
  return { server, name, bank, method, world, backUp };
}

/** A bank on Azure SQL Database, backed up through copies of it. */
export async function bankInCloud(copies: CopyServer, name: string): Promise<BankStage> {
  const { azure } = copies;
  const client = (database: string) =>
    connect(azure.engine, { password: azure.password, database });
  const server: BankServer = {
    client,
    sql: (database, script) => closing(client(database), (own) => own.script(script)),
    rows: (database, query) => closing(client(database), (own) => own.rows(query)),
    pass: (milliseconds) => azure.pass(milliseconds),
  };
  await copies.database(name);
  const bank = await Bank.open(server, name);
  const world = await copies.world([name]);
  return { server, name, bank, method: "isolated_copy", world, backUp: () => world.run() };
}

async function closing<T>(
  client: EngineClient,
  work: (client: EngineClient) => Promise<T>,
): Promise<T> {
  try {
    return await work(client);
  } finally {
    client.session.close();
  }
}
