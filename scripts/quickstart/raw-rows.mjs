// What a database holds, read by stock tedious over a connection of its own and summed up here: Holdfast's numbers have no part in it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Connection, Request } from "tedious";
import { RowSum } from "./proof.mjs";

/** Signs in to a database of the server that said it is ready. */
export async function connect({ host, port, ca_file: caFile }, password, database) {
  const connection = new Connection({
    server: host,
    authentication: { type: "default", options: { userName: "sa", password } },
    options: {
      port,
      database,
      encrypt: true,
      trustServerCertificate: false,
      cryptoCredentialsDetails: { ca: readFileSync(caFile) },
      serverName: "localhost",
      requestTimeout: 120_000,
    },
  });
  connection.on("error", () => {}); // a lost connection fails its request, which tells
  await new Promise((resolve, reject) =>
    connection.connect((error) => (error ? reject(error) : resolve())),
  );
  return connection;
}

/** Runs one batch; `onRow` gets the values of each row. Resolves with the number of rows. */
export function query(connection, sql, onRow = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new Request(sql, (error, rows) => (error ? reject(error) : resolve(rows)));
    request.on("row", (row) => onRow(row.map(({ value }) => value)));
    connection.execSqlBatch(request);
  });
}

async function rowsOf(connection, sql) {
  const rows = [];
  await query(connection, sql, (row) => rows.push(row));
  return rows;
}

const quote = (name) => `[${name.replaceAll("]", "]]")}]`;

/** The styles of CONVERT that lose nothing: all digits of numbers and times, bytes as hexadecimal digits. */
const STYLES = {
  money: 2,
  smallmoney: 2,
  float: 3,
  real: 3,
  date: 121,
  time: 121,
  datetime: 121,
  datetime2: 121,
  smalldatetime: 121,
  datetimeoffset: 121,
  binary: 1,
  varbinary: 1,
};

function asText(column, type) {
  const style = STYLES[type];
  return `CONVERT(nvarchar(max), ${quote(column)}${style === undefined ? "" : `, ${style}`})`;
}

async function sumOf(connection, sql) {
  const sum = new RowSum();
  await query(connection, sql, (row) => sum.add(row));
  return sum.finish();
}

const COLUMNS = `
SELECT s.name, t.name, c.name, TYPE_NAME(c.system_type_id)
FROM sys.tables AS t
INNER JOIN sys.schemas AS s ON s.schema_id = t.schema_id
INNER JOIN sys.columns AS c ON c.object_id = t.object_id
WHERE t.is_ms_shipped = 0
ORDER BY s.name, t.name, c.column_id`;

/** Every table of the database of the connection: how many rows, and one sum over all values of all of them. */
async function readTables(connection, onTable) {
  const columns = new Map();
  for (const [schema, table, column, type] of await rowsOf(connection, COLUMNS)) {
    const key = `${quote(schema)}.${quote(table)}`;
    const known = columns.get(key) ?? { name: `${schema}.${table}`, texts: [] };
    known.texts.push(asText(column, type));
    columns.set(key, known);
  }
  const tables = new Map();
  for (const [source, { name, texts }] of columns) {
    onTable(name);
    tables.set(name, await sumOf(connection, `SELECT ${texts.join(", ")} FROM ${source}`));
  }
  return tables;
}

/** What defines the database beside its rows, without ids, which differ between databases. */
const DEFINITIONS = [
  `SELECT s.name, o.name, o.type, m.definition
FROM sys.objects AS o
INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
WHERE o.is_ms_shipped = 0 AND s.name <> N'sys'
AND NOT EXISTS (SELECT 1 FROM sys.table_types AS y WHERE y.type_table_object_id = o.parent_object_id)`,
  `SELECT OBJECT_SCHEMA_NAME(t.object_id), t.name, c.name, TYPE_NAME(c.user_type_id), c.max_length, c.precision, c.scale,
c.collation_name, c.is_nullable, c.is_identity, x.definition, x.is_persisted, d.definition
FROM sys.tables AS t
INNER JOIN sys.columns AS c ON c.object_id = t.object_id
LEFT JOIN sys.computed_columns AS x ON x.object_id = c.object_id AND x.column_id = c.column_id
LEFT JOIN sys.default_constraints AS d ON d.object_id = c.default_object_id
WHERE t.is_ms_shipped = 0`,
  `SELECT OBJECT_SCHEMA_NAME(t.object_id), t.name, i.name, i.type, i.is_unique, i.is_primary_key, i.filter_definition,
c.name, k.key_ordinal, k.is_descending_key, k.is_included_column
FROM sys.tables AS t
INNER JOIN sys.indexes AS i ON i.object_id = t.object_id
INNER JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
INNER JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
WHERE t.is_ms_shipped = 0`,
  `SELECT OBJECT_NAME(f.object_id), OBJECT_NAME(f.parent_object_id), OBJECT_NAME(f.referenced_object_id),
f.delete_referential_action, f.is_disabled, f.is_not_trusted
FROM sys.foreign_keys AS f`,
  `SELECT u.name, p.state, p.permission_name, p.class, OBJECT_NAME(CASE WHEN p.class = 1 THEN p.major_id END)
FROM sys.database_permissions AS p
INNER JOIN sys.database_principals AS u ON u.principal_id = p.grantee_principal_id
WHERE p.major_id >= 0`,
];

/** The rows of the catalog views that define the database, and one sum over them. */
async function readDefinitions(connection) {
  let rows = 0;
  const whole = createHash("sha256");
  for (const sql of DEFINITIONS) {
    const part = await sumOf(connection, sql);
    rows += part.rows;
    whole.update(part.sum);
  }
  return { rows, sum: whole.digest("hex") };
}

/** Tables and definitions of one database of the server. `onTable` hears the name of each table before it is read. */
export async function readDatabase({ ready, password, onTable }, database) {
  const connection = await connect(ready, password, database);
  try {
    const tables = await readTables(connection, onTable);
    return { tables, definitions: await readDefinitions(connection) };
  } finally {
    connection.close();
  }
}
