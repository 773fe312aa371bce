// The comparison of three readings: the shop at its first backup, the shop of now, the restored database.
import { createHash } from "node:crypto";
import { count } from "./screen.mjs";

/** Equal for equal sets of rows, in whatever order they come. */
export class RowSum {
  #digests = [];

  add(values) {
    this.#digests.push(createHash("sha256").update(JSON.stringify(values)).digest("latin1"));
  }

  finish() {
    const sum = createHash("sha256");
    for (const digest of this.#digests.sort()) sum.update(digest, "latin1");
    return { rows: this.#digests.length, sum: sum.digest("hex") };
  }
}

const isEqual = (a, b) =>
  a !== undefined && b !== undefined && a.rows === b.rows && a.sum === b.sum;
const rowsOf = (table) => (table === undefined ? "–" : count(table.rows));

/** The names of the tables whose rows differ. */
export function differences(a, b) {
  const names = new Set([...a.tables.keys(), ...b.tables.keys()]);
  return [...names].sort().filter((name) => !isEqual(a.tables.get(name), b.tables.get(name)));
}

/** The total of rows of all tables. */
export function totalRows({ tables }) {
  return [...tables.values()].reduce((total, { rows }) => total + rows, 0);
}

/** A line for each table. A sum stands for all values of all rows. */
export function compareTable({ first, now, restored }) {
  const names = [
    ...new Set([...first.tables.keys(), ...now.tables.keys(), ...restored.tables.keys()]),
  ];
  const lines = names.sort().map((name) => {
    const [was, is, again] = [first, now, restored].map(({ tables }) => tables.get(name));
    const sum = isEqual(was, again) ? was.sum : again?.sum;
    return [
      name,
      rowsOf(was),
      isEqual(was, is) ? "same" : rowsOf(is),
      rowsOf(again),
      sum === undefined ? "" : sum.slice(0, 12),
      was === undefined && again === undefined ? "" : isEqual(was, again) ? "equal" : "DIFFERENT",
    ];
  });
  return [["table", "first backup", "now", "restored", "SHA-256", ""], ...lines];
}

/** Throws unless the restored database is the first reading, and not the one of now. */
export function prove({ first, now, restored }) {
  const lost = differences(first, restored);
  if (lost.length > 0) {
    throw new Error(
      `The restored database is not the shop of the first backup. Tables that differ: ${lost.join(", ")}.`,
    );
  }
  if (first.definitions.sum !== restored.definitions.sum) {
    throw new Error(
      `The restored database is not defined as the shop was: ${first.definitions.rows} rows of the catalog views then, ${restored.definitions.rows} now, or other values in them.`,
    );
  }
  if (differences(now, restored).length === 0) {
    throw new Error(
      "The changes of the shop are missing: both backups hold the same rows, so nothing is proved.",
    );
  }
}
