import assert from "node:assert/strict";
import type { ConnectionPool } from "mssql";
import type { CapturedTable, DatabaseCapture } from "../../../core/resource/database-capture.ts";
import { bytesOf } from "../../support/copied-rows.ts";
import { EVERY_TYPE, type TypeCase, VARIANTS } from "../../support/every-type.ts";
import { readTable } from "../../support/stock-rows.ts";
import { inOneLine } from "./capabilities.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { type ConformanceServer, wireOf } from "./conformance-server.ts";

/** A table with one column of a type, and what a stock client must read of it; undefined: what it reads of the source. */
interface TypeTable {
  readonly name: string;
  readonly column: string;
  readonly type: string;
  readonly values: readonly string[];
  readonly texts: readonly string[] | undefined;
}

function tableOf({ type, values }: TypeCase, at: number): TypeTable {
  return {
    name: `T${at}`,
    column: `${type} NULL`,
    type: /^\w+/.exec(type)?.[0] ?? type,
    values: [...values.map(([sql]) => sql), "NULL"],
    texts: [...values.map(([, text]) => text), "NULL"].toSorted(),
  };
}

const VARIANT: TypeTable = {
  name: "Variant",
  column: "sql_variant NULL",
  type: "sql_variant",
  values: VARIANTS,
  texts: undefined,
};

/** A table of its own each, so that a server that lacks a type shows all others. */
export const TYPE_TABLES: readonly TypeTable[] = [...EVERY_TYPE.map(tableOf), VARIANT];

function scriptOf({ name, column, values }: TypeTable): string {
  const inserts = values.map((sql, at) => `INSERT dbo.${name} (Id, C) VALUES (${at}, ${sql});`);
  return [`CREATE TABLE dbo.${name} (Id int NOT NULL PRIMARY KEY, C ${column});`, ...inserts].join(
    "\n",
  );
}

/** Makes the tables whose type the server knows; gives those, and a line for each other. */
async function makeKnown(
  { home }: ConformanceServer,
  database: string,
  tables: readonly TypeTable[],
): Promise<{ readonly known: readonly TypeTable[]; readonly unknown: readonly string[] }> {
  const known: TypeTable[] = [];
  const unknown: string[] = [];
  for (const table of tables) {
    try {
      await home.run(database, scriptOf(table));
      known.push(table);
    } catch (error) {
      unknown.push(`type ${table.column}: ${inOneLine(error)}`);
      await home.run(database, `DROP TABLE IF EXISTS dbo.${table.name}`);
    }
  }
  return { known, unknown };
}

interface Sides {
  readonly capture: DatabaseCapture;
  readonly again: DatabaseCapture;
  readonly source: ConnectionPool;
  readonly copy: ConnectionPool;
}

async function compare(sides: Sides, { name, type, texts }: TypeTable): Promise<void> {
  const [one, two] = [sides.capture, sides.again].map((capture) => tableIn(capture, name));
  assert.ok(one !== undefined && two !== undefined, "the table is not there");
  const [sent, kept] = [await wireOf(sides.capture, one), await wireOf(sides.again, two)];
  assert.ok(kept.equals(sent), "the bytes of the rows differ");
  const columns = [{ name: "C", type }];
  const original = await readTable(sides.source, `[dbo].[${name}]`, columns);
  const wanted = texts ?? original;
  assert.deepEqual(
    [original, await readTable(sides.copy, `[dbo].[${name}]`, columns)],
    [wanted, wanted],
  );
}

function tableIn({ tables }: DatabaseCapture, wanted: string): CapturedTable | undefined {
  return tables.find(({ name }) => name === wanted);
}

/** What failed, a line for each type. */
async function roundTrip(
  conforming: ConformanceServer,
  source: string,
  tables: readonly TypeTable[],
): Promise<readonly string[]> {
  const failures: string[] = [];
  const attempt = async ({ column }: TypeTable, act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      failures.push(`${column}: ${inOneLine(error)}`);
    }
  };
  const { home, server } = conforming;
  const copyName = home.name("TypesCopy");
  await using capture = await server.openCapture(source);
  await using restore = await server.openRestore({ database: copyName, schema: capture.schema });
  for (const table of tables) {
    await attempt(table, async () => {
      const captured = tableIn(capture, table.name);
      assert.ok(captured);
      const { metadata, slices } = await capture.rows(captured);
      const rows = await restore.load({ ...captured, metadata, bytes: bytesOf(slices) });
      assert.equal(rows, table.values.length);
    });
  }
  assert.deepEqual(await restore.complete(), capture.inventory);
  await using again = await server.openCapture(copyName);
  const [sourcePool, copyPool] = [await conforming.stock(source), await conforming.stock(copyName)];
  const sides = { capture, again, source: sourcePool, copy: copyPool };
  for (const table of tables) await attempt(table, () => compare(sides, table));
  for (const pool of [sourcePool, copyPool]) await pool.close();
  return failures;
}

/** Every type: the values at its edges and NULL, out and in again, by bytes of the wire and by what a stock client reads. */
export function typeCase(title: string, tables: readonly TypeTable[]): ConformanceCase {
  return {
    title,
    needs: ["snapshot_isolation"],
    run: async (conforming) => {
      const source = await conforming.make("Types");
      const { known, unknown } = await makeKnown(conforming, source, tables);
      assert.deepEqual(await roundTrip(conforming, source, known), []);
      return unknown;
    },
  };
}
