import { isDeepStrictEqual } from "node:util";
import type { CaptureServer } from "../capture-world.ts";
import { randomTransaction } from "./random-statements.ts";
import { type Draw, type RandomTable, randomColumn, randomTable } from "./random-tables.ts";

/** What a table held; rows as JSON, sorted. */
type Contents = ReadonlyMap<string, { readonly query: string; readonly rows: readonly string[] }>;

/** The database as it was from one commit until the next. */
interface State {
  /** The clock of the server at the commit. */
  readonly at: number;
  readonly contents: Contents;
}

/** The server writes the moments of commits in steps of a three-hundredth of a second. */
const APART_MS = 12;

function textOf(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}

function rowText(row: readonly unknown[]): string {
  return JSON.stringify(row.map(textOf), (_, value: unknown) => textOf(value));
}

/** A database whose tables change at random, and all that it ever was. */
export class SourceHistory {
  readonly tables: readonly RandomTable[];
  readonly #server: CaptureServer;
  readonly #name: string;
  readonly #draw: Draw;
  readonly #states: State[] = [];
  readonly #now: () => number;

  constructor(
    {
      server,
      name,
      now,
    }: { readonly server: CaptureServer; readonly name: string; readonly now: () => number },
    draw: Draw,
  ) {
    this.#server = server;
    this.#name = name;
    this.#now = now;
    this.#draw = draw;
    this.tables = Array.from({ length: 3 + draw(3) }, (_, number) => randomTable(number, draw));
  }

  get states(): readonly State[] {
    return this.#states;
  }

  async create(): Promise<void> {
    for (const { create } of this.tables) await this.#server.sql(this.#name, create);
    for (let turn = 0; turn < 12; turn += 1) await this.change();
  }

  /** One transaction, and what is there then. */
  async change(): Promise<void> {
    await this.#apart(() =>
      this.#server.sql(this.#name, randomTransaction(this.tables, this.#draw)),
    );
  }

  /** Gives a table another column. */
  async alter(): Promise<void> {
    const table = this.tables[this.#draw(this.tables.length)];
    if (table === undefined) return;
    const column = randomColumn(`more ${table.columns.length}`, this.#draw);
    await this.#apart(() =>
      this.#server.sql(
        this.#name,
        `ALTER TABLE ${table.path} ADD ${column.name} ${column.type} NULL`,
      ),
    );
    table.columns.push(column);
    await this.change();
  }

  async #apart(work: () => Promise<void>): Promise<void> {
    this.#server.pass(APART_MS);
    const at = this.#now();
    await work();
    this.#states.push({ at, contents: await this.#read() });
    this.#server.pass(APART_MS);
  }

  async #read(): Promise<Contents> {
    const contents = new Map<string, { query: string; rows: readonly string[] }>();
    for (const { path, key, columns, told } of this.tables) {
      const names = [...[...key, ...columns].map(({ name }) => name), ...told].join(", ");
      const query = `SELECT ${names} FROM ${path}`;
      contents.set(path, { query, rows: await this.#rowsOf(this.#name, query) });
    }
    return contents;
  }

  async #rowsOf(database: string, query: string): Promise<readonly string[]> {
    return (await this.#server.rows(database, query)).map(rowText).toSorted();
  }

  /** The last state that began at that moment or before it. */
  stateAt(moment: number): State {
    const found = this.#states.findLast(({ at }) => at <= moment);
    if (found === undefined) throw new RangeError("before the first state");
    return found;
  }

  /** Tables whose rows are not those of the state, each with what is too much and what is missing. */
  async differences(
    database: string,
    { contents }: State,
    options: { readonly keyless: boolean },
  ): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { path, key } of this.tables) {
      const wanted = contents.get(path);
      if (wanted === undefined || (key.length === 0 && !options.keyless)) continue;
      const rows = await this.#rowsOf(database, wanted.query);
      if (isDeepStrictEqual(rows, wanted.rows)) continue;
      const extra = rows.filter((row) => !wanted.rows.includes(row)).map((row) => `+${row}`);
      const missing = wanted.rows.filter((row) => !rows.includes(row)).map((row) => `-${row}`);
      const shown = [...extra, ...missing].map((row) => row.slice(0, 300)).join("\n");
      found.push(`${path}: ${rows.length} rows, not ${wanted.rows.length}\n${shown}`);
    }
    return found;
  }
}
