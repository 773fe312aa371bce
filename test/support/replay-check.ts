import assert from "node:assert/strict";
import type { TdsConnection } from "../../providers/sqlserver/connection/tds-connection.ts";
import { applyChanges } from "../../providers/sqlserver/restore/apply-changes.ts";
import { describeSchema, NO_POSITIONS } from "../../providers/sqlserver/schema/describe-schema.ts";
import { readCatalog } from "../../providers/sqlserver/schema/read-catalog.ts";
import { captureChanges, lsnOf } from "./change-rows.ts";
import type { ReplayCase } from "./replay-model.ts";

type Cells = ReplayCase["image"][number];

async function fill(
  connection: TdsConnection,
  { columns, key }: Pick<ReplayCase, "columns" | "key">,
  { table, rows }: { readonly table: string; readonly rows: readonly Cells[] },
): Promise<void> {
  const list = columns.map(
    ({ name, type }) => `${name} ${type} ${key.includes(name) ? "NOT NULL" : "NULL"}`,
  );
  await connection.execute(`DROP TABLE IF EXISTS dbo.${table}`);
  await connection.execute(
    `CREATE TABLE dbo.${table} (${[...list, `PRIMARY KEY (${key.join(", ")})`].join(", ")})`,
  );
  if (rows.length === 0) return;
  const values = rows.map(
    (row) => `(${columns.map(({ name }) => row[name] ?? "NULL").join(", ")})`,
  );
  await connection.execute(`INSERT dbo.${table} VALUES ${values.join(", ")}`);
}

/** Replays a history upon what a scan read, up to one of its commits, and compares with the state then. */
export async function checkReplay(
  connection: TdsConnection,
  drawn: ReplayCase,
  upTo: number,
): Promise<void> {
  await fill(connection, drawn, { table: "Replayed", rows: drawn.image });
  await fill(connection, drawn, { table: "Expected", rows: drawn.states[upTo] ?? [] });
  const half = Math.floor(drawn.changes.length / 2);
  const parts = [];
  for (const rows of [drawn.changes.slice(0, half), drawn.changes.slice(half)]) {
    parts.push(await captureChanges(connection, drawn.columns, rows));
  }
  const { tables } = describeSchema(await readCatalog(connection, {}), NO_POSITIONS);
  const table = tables.find(({ name }) => name === "Replayed");
  assert.ok(table);
  await applyChanges(connection, {
    database: connection.place.database ?? "",
    table,
    taken: new Set(tables.map(({ name }) => name)),
    lane: 0,
    changes: { schema: "dbo", name: "Replayed", parts, upTo: lsnOf(upTo) },
    onRows: () => undefined,
  });
  const order = drawn.key.join(", ");
  assert.deepEqual(
    await connection.query(`SELECT * FROM dbo.Replayed ORDER BY ${order}`),
    await connection.query(`SELECT * FROM dbo.Expected ORDER BY ${order}`),
  );
}
