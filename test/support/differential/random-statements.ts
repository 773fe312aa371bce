import type { Draw, RandomTable } from "./random-tables.ts";

/** So many keys a table, so that those of deleted rows come back. */
const MOST_KEYS = 12;

function where({ key }: RandomTable, number: number): string {
  return key.map(({ name, value }) => `${name} = ${value(number)}`).join(" AND ");
}

function valueOf({ columns }: RandomTable, at: number, draw: Draw): string {
  const values = columns[at]?.values ?? [];
  return values[draw(values.length)] ?? "NULL";
}

/** Some columns with values. */
function settings(table: RandomTable, draw: Draw): string {
  const chosen = table.columns.flatMap(({ name }, at) =>
    draw(3) === 0 ? [`${name} = ${valueOf(table, at, draw)}`] : [],
  );
  return chosen.length > 0 ? chosen.join(", ") : "[n] = [n] + 1";
}

function insert(table: RandomTable, number: number, draw: Draw): string {
  const given = table.isIdentity ? [] : table.key;
  const names = [...given, ...table.columns].map(({ name }) => name).join(", ");
  const keys = given.map(({ value }) => value(number));
  const values = [...keys, ...table.columns.map((_, at) => valueOf(table, at, draw))];
  const row = `INSERT INTO ${table.path} (${names}) VALUES (${values.join(", ")})`;
  if (given.length === 0) return row;
  return `IF NOT EXISTS (SELECT * FROM ${table.path} WHERE ${where(table, number)}) ${row}`;
}

/** Texts and bytes are changed in part. */
function part(table: RandomTable, draw: Draw): string | undefined {
  const large = table.columns.filter(({ type }) => /^(n?varchar|varbinary)\(max\)$/.test(type));
  const column = large[draw(large.length || 1)];
  if (column === undefined) return undefined;
  const { name } = column;
  const changed = column.type.startsWith("varbinary")
    ? `${name} + 0xABCD`
    : `STUFF(${name}, 2, 1, N'xy')`;
  return `UPDATE ${table.path} SET ${name} = ${changed} WHERE DATALENGTH(${name}) > 6`;
}

/** The key of a row becomes another one; of a text, at times only its case changes. */
function move(table: RandomTable, number: number, draw: Draw): string {
  const texts = table.key.filter(({ type }) => type.includes("COLLATE"));
  const [text] = texts;
  if (text !== undefined && draw(3) === 0) {
    const turned = draw(2) === 0 ? "UPPER" : "LOWER";
    return `UPDATE ${table.path} SET ${text.name} = ${turned}(${text.name}) WHERE ${where(table, number)}`;
  }
  const to = draw(MOST_KEYS);
  const keys = table.key.map(({ name, value }) => `${name} = ${value(to)}`).join(", ");
  const free = `NOT EXISTS (SELECT * FROM ${table.path} WHERE ${where(table, to)})`;
  const more = draw(2) === 0 ? `, ${settings(table, draw)}` : "";
  return `UPDATE ${table.path} SET ${keys}${more} WHERE ${where(table, number)} AND ${free}`;
}

function merge(table: RandomTable, number: number, draw: Draw): string {
  const given = table.key;
  const on = given.map(({ name, value }) => `t.${name} = ${value(number)}`).join(" AND ");
  const names = given.map(({ name }) => name).join(", ");
  const values = given.map(({ value }) => value(number)).join(", ");
  const matched = draw(3) === 0 ? "DELETE" : `UPDATE SET ${settings(table, draw)}`;
  return `MERGE ${table.path} AS t USING (SELECT 1 AS one) AS s ON ${on} WHEN MATCHED THEN ${matched} WHEN NOT MATCHED THEN INSERT (${names}) VALUES (${values});`;
}

type Way = (table: RandomTable, number: number, draw: Draw) => string;

function wanted(table: RandomTable, number: number, draw: Draw): string {
  return table.key.length > 0 ? where(table, number) : `[n] = ${[1, -7][draw(2)]}`;
}

const update: Way = (table, number, draw) =>
  `UPDATE ${table.path} SET ${settings(table, draw)} WHERE ${wanted(table, number, draw)}`;
const remove: Way = (table, number, draw) =>
  `DELETE FROM ${table.path} WHERE ${wanted(table, number, draw)}`;
const again: Way = (...given) => `${remove(...given)}; ${insert(...given)}`;
const all: Way = (table, _, draw) => `UPDATE ${table.path} SET ${settings(table, draw)}`;
const write: Way = (table, number, draw) => part(table, draw) ?? update(table, number, draw);

/** For every table. */
const WAYS: readonly Way[] = [insert, insert, insert, remove, update, update, write, again, all];
/** Where keys can be given. */
const KEYED: readonly Way[] = [...WAYS, move, merge];

function change(table: RandomTable, draw: Draw): string {
  const ways = table.key.length > 0 && !table.isIdentity ? KEYED : WAYS;
  return (ways[draw(ways.length)] ?? update)(table, draw(MOST_KEYS), draw);
}

/** Some statements over some tables, all or nothing, one in five nothing. */
export function randomTransaction(tables: readonly RandomTable[], draw: Draw): string {
  const statements = Array.from({ length: 1 + draw(4) }, () => {
    const table = tables[draw(tables.length)];
    return table === undefined ? "" : change(table, draw);
  });
  return ["BEGIN TRANSACTION", ...statements, draw(5) === 0 ? "ROLLBACK" : "COMMIT"].join("\n");
}
