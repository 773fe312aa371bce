import { randomChoices } from "./random-choices.ts";
import type { EngineClient } from "./sandbox/engine-client.ts";

/** The server of a bank, without the wire. */
export interface BankServer {
  sql(database: string, script: string): Promise<void>;
  rows(database: string, query: string): Promise<readonly (readonly unknown[])[]>;
  /** A connection of its own. */
  client(database: string): EngineClient;
  /** The time goes on by milliseconds. */
  pass(milliseconds: number): void;
}

/** Customers of the bank; each has a row in each table. */
const CUSTOMERS = 40;
const AMOUNT = 1000;

/** A table of amounts; a customer has one row in it at any time between transactions. */
interface Ledger {
  readonly name: string;
  readonly create: string;
  /** The row of a customer, whatever its key is now. */
  readonly of: (customer: number) => string;
  /** Columns and values of a new row. */
  readonly insert: (customer: number, amount: number) => string;
  /** Changes the key of a row. */
  readonly move: string;
}

/** Keys that are numbers, texts beside others, and of a unique index in place of a primary key. */
const LEDGERS: readonly Ledger[] = [
  {
    name: "dbo.Checking",
    create:
      "CREATE TABLE dbo.Checking (id int NOT NULL PRIMARY KEY, amount bigint NOT NULL, note nvarchar(max) NULL)",
    of: (customer) => `id % 100 = ${customer}`,
    insert: (customer, amount) =>
      `(id, amount, note) VALUES (${customer}, ${amount}, REPLICATE(CONVERT(nvarchar(max), N'n${customer}'), ${customer % 4 === 0 ? 3000 : 3}))`,
    move: "id = CASE WHEN id < 100 THEN id + 100 ELSE id - 100 END",
  },
  {
    name: "dbo.Savings",
    create:
      "CREATE TABLE dbo.Savings (branch smallint NOT NULL, holder nvarchar(20) COLLATE Latin1_General_CI_AS NOT NULL, amount decimal(19, 2) NOT NULL, CONSTRAINT PK_Savings PRIMARY KEY (holder, branch DESC))",
    of: (customer) => `holder = N'h${customer}'`,
    insert: (customer, amount) => `(branch, holder, amount) VALUES (1, N'h${customer}', ${amount})`,
    move: "holder = CASE WHEN branch % 2 = 0 THEN LOWER(holder) ELSE UPPER(holder) END, branch = branch % 7 + 1",
  },
  {
    name: "dbo.[Ca]]sh; box]",
    create:
      "CREATE TABLE dbo.[Ca]]sh; box] (slot bigint NOT NULL, amount money NOT NULL, twice AS amount * 2, stamp rowversion, CONSTRAINT UQ_Slot UNIQUE (slot))",
    of: (customer) => `ABS(slot) = ${customer}`,
    insert: (customer, amount) => `(slot, amount) VALUES (${customer}, ${amount})`,
    move: "slot = -slot",
  },
];

const TOTAL = LEDGERS.length * CUSTOMERS * AMOUNT;

/** A row whose key another transaction changed while READ COMMITTED looked for it may be seen nowhere. */
class MissedRow extends Error {}

/** What another transaction may make of one: it is rolled back then. */
const LOST_RACES = /^(1205|1222|2601|2627|3960)\b/;

/** A database in which money is moved between tables all the time; its sum is the same after each transaction. */
export class Bank {
  readonly #server: BankServer;
  readonly #name: string;
  #stops = false;
  #writers: readonly Promise<void>[] = [];
  #committed = 0;
  #allowed = 0;

  constructor(server: BankServer, name: string) {
    this.#server = server;
    this.#name = name;
  }

  /** Makes the tables of a bank in a database. */
  static async open(server: BankServer, name: string): Promise<Bank> {
    for (const { name: table, create, insert } of LEDGERS) {
      await server.sql(name, create);
      const rows = Array.from({ length: CUSTOMERS }, (_, at) => insert(at + 1, AMOUNT));
      await server.sql(name, rows.map((row) => `INSERT INTO ${table} ${row}`).join("; "));
    }
    return new Bank(server, name);
  }

  /** How many transactions were committed. */
  get committed(): number {
    return this.#committed;
  }

  /** Lets the writers commit so many more; then they wait. */
  allow(transactions: number): void {
    this.#allowed = this.#committed + transactions;
  }

  /** Begins to write by so many connections, until `stop`. */
  start(writers: number, seed: number): void {
    this.#stops = false;
    this.#writers = Array.from({ length: writers }, (_, at) =>
      this.#write(randomChoices(seed * 100 + at)),
    );
  }

  async stop(): Promise<void> {
    this.#stops = true;
    await Promise.all(this.#writers);
  }

  async #write(draw: (count: number) => number): Promise<void> {
    const client = this.#server.client(this.#name);
    while (!this.#stops) {
      await new Promise((resolve) => setTimeout(resolve, draw(10)));
      if (this.#committed >= this.#allowed) continue;
      if (await this.#transaction(client, draw)) this.#committed += 1;
      this.#server.pass(1 + draw(30));
    }
    client.session.close();
  }

  async #transaction(client: EngineClient, draw: (count: number) => number): Promise<boolean> {
    try {
      await client.script("BEGIN TRANSACTION");
      await moveMoney(client, draw);
      if (draw(4) === 0) {
        await client.script("SAVE TRANSACTION halfway");
        await moveMoney(client, draw);
        await client.script("ROLLBACK TRANSACTION halfway");
      }
      await pause(draw(2));
      const isKept = draw(5) > 0;
      await client.script(isKept ? "COMMIT" : "ROLLBACK");
      return isKept;
    } catch (error) {
      const isRace =
        error instanceof MissedRow || (error instanceof Error && LOST_RACES.test(error.message));
      if (!isRace) throw error;
      await client.script("IF @@TRANCOUNT > 0 ROLLBACK");
      return false;
    }
  }
}

/** Lets others of this process go on, so many times. */
async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn <= turns; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Takes an amount from one row and gives it to another one, in one of many ways; statements of their own. */
async function moveMoney(client: EngineClient, draw: (count: number) => number): Promise<void> {
  const amount = draw(500);
  const [from, to] = [draw(LEDGERS.length), draw(LEDGERS.length)];
  const giver = 1 + draw(CUSTOMERS);
  // A row that gives to itself changes and is the same as before.
  const taker = 1 + draw(CUSTOMERS);
  await change(client, { ledger: from, customer: giver, by: -amount }, draw);
  await pause(draw(2));
  await change(client, { ledger: to, customer: taker, by: amount }, draw);
}

async function change(
  client: EngineClient,
  {
    ledger,
    customer,
    by,
  }: { readonly ledger: number; readonly customer: number; readonly by: number },
  draw: (count: number) => number,
): Promise<void> {
  const table = LEDGERS[ledger];
  if (table === undefined) throw new RangeError(`no table ${ledger}`);
  const { name, of, insert, move } = table;
  const where = `WHERE ${of(customer)}`;
  const way = draw(6);
  if (way === 0) {
    await one(client, `UPDATE ${name} SET amount = amount + (${by}) ${where}`);
    const [row] = await client.rows(`SELECT CONVERT(int, amount) FROM ${name} ${where}`);
    await one(client, `DELETE FROM ${name} ${where}`);
    await pause(draw(2));
    await one(client, `INSERT INTO ${name} ${insert(customer, Number(row?.[0]))}`);
    return;
  }
  const moved = way === 1 ? `, ${move}` : "";
  await one(client, `UPDATE ${name} SET amount = amount + (${by})${moved} ${where}`);
  if (way === 2) await one(client, `UPDATE ${name} SET ${move} ${where}`);
}

async function one(client: EngineClient, statement: string): Promise<void> {
  const [row] = await client.rows(`${statement}; SELECT @@ROWCOUNT`);
  if (Number(row?.[0]) !== 1) throw new MissedRow();
}

/** What is wrong in a database of the bank; empty when nothing is. */
export async function auditBank(server: BankServer, database: string): Promise<string> {
  let total = 0;
  const faults: string[] = [];
  for (const { name } of LEDGERS) {
    const [row] = await server.rows(
      database,
      `SELECT COUNT(*), SUM(CONVERT(int, amount)) FROM ${name}`,
    );
    total += Number(row?.[1]);
    if (row?.[0] !== CUSTOMERS) faults.push(`${name} has ${String(row?.[0])} rows`);
  }
  if (total !== TOTAL) faults.push(`the sum is ${total} instead of ${TOTAL}`);
  return faults.join("; ");
}

/** All rows of a database of the bank, to compare. */
export async function bankRows(server: BankServer, database: string): Promise<string> {
  const tables = [];
  for (const columns of [
    "id, amount, note FROM dbo.Checking ORDER BY id",
    "branch, holder, amount FROM dbo.Savings ORDER BY holder",
    "slot, amount, twice FROM dbo.[Ca]]sh; box] ORDER BY slot",
  ]) {
    tables.push(await server.rows(database, `SELECT ${columns}`));
  }
  return JSON.stringify(tables, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}
