import type { Expression } from "../../parser/ast-expressions.ts";
import type { DbccStatement } from "../../parser/ast-statements.ts";
import type { Table } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { TableStore } from "../../storage/table-store.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { parseObjectName } from "../session/object-names.ts";
import { plainText } from "../session/value-text.ts";
import type { Task } from "../suspension.ts";
import { evaluateExpression } from "./control-flow.ts";
import type { Flow, Interpreter } from "./flow.ts";

const DONE =
  "DBCC execution completed. If DBCC printed error messages, contact your system administrator.";

/** DBCC CHECKIDENT in all its forms; the others are refused. */
export function* executeDbcc(
  statement: DbccStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  if (statement.command !== "checkident") {
    raise(
      2526,
      `Incorrect DBCC statement. Check the documentation for the correct DBCC syntax and options.`,
      { state: 3 },
    );
  }
  const values: (SqlValue | undefined)[] = [];
  for (const argument of statement.arguments)
    values.push(yield* valueOf(argument, activation, interpreter));
  const isQuiet = statement.options.includes("no_infomsgs");
  for (const [number, text] of checkIdentity(values, activation)) {
    if (!isQuiet) tell(activation, number, text);
  }
  if (!isQuiet) tell(activation, 2528, DONE);
  activation.sink.statementEnd({ rowCount: undefined, isError: false, command: 0 });
  return undefined;
}

function tell({ sink, line }: Activation, number: number, message: string): void {
  sink.message({ number, state: 1, class: 0, message, procedure: "", line });
}

function* valueOf(
  argument: Expression,
  activation: Activation,
  interpreter: Interpreter,
): Task<SqlValue> {
  if (argument.kind === "column") return argument.parts.join(".");
  return yield* evaluateExpression(argument, { activation, interpreter });
}

function checkIdentity(
  [name, action, value]: readonly (SqlValue | undefined)[],
  activation: Activation,
): readonly (readonly [number, string])[] {
  const { table, slot, database } = tableWithIdentity(plainText(name), activation);
  const { identityCounter: counter } = table;
  const current = counter.last;
  const largest = largestValue(database.tables.get(table.objectId), table, slot);
  const shown = (number: bigint | undefined): string =>
    number === undefined ? "NULL" : String(number);
  const word = typeof action === "string" ? action.toUpperCase() : "RESEED";
  if (word === "RESEED" && (typeof value === "number" || typeof value === "bigint")) {
    reseed(table, BigInt(value), database.rowCount(table.objectId) > 0);
    return [[7998, `Checking identity information: current identity value '${shown(current)}'.`]];
  }
  if (word === "RESEED" && largest !== undefined && (current === undefined || largest > current))
    counter.last = largest;
  return [
    [
      7998,
      `Checking identity information: current identity value '${shown(current)}', current column value '${shown(largest)}'.`,
    ],
  ];
}

function tableWithIdentity(
  text: string,
  activation: Activation,
): { readonly table: Table; readonly slot: number; readonly database: StoredDatabase } {
  const found = findObject(parseObjectName(text), baseOf(activation), activation);
  if (found?.object.type !== "U") {
    raise(
      2501,
      `Cannot find a table or object with the name "${text}". Check the system catalog.`,
      { state: 45 },
    );
  }
  const slot = found.object.columns.findIndex(({ identity }) => identity !== undefined);
  if (slot === -1) raise(7997, `'${text}' does not contain an identity column.`);
  return { table: found.object, slot, database: found.database };
}

/** In a table without rows that never had any, the next value is the new seed itself. */
function reseed({ identityCounter, columns }: Table, value: bigint, hasRows: boolean): void {
  const increment =
    columns.find(({ identity }) => identity !== undefined)?.identity?.increment ?? 1n;
  const isFresh = identityCounter.last === undefined && !hasRows;
  identityCounter.last = isFresh ? value - increment : value;
}

function largestValue(
  store: TableStore | undefined,
  table: Table,
  slot: number,
): bigint | undefined {
  const isUpward = (table.columns[slot]?.identity?.increment ?? 1n) > 0n;
  let largest: bigint | undefined;
  for (const entries of store?.primary.read({ lower: undefined, upper: undefined }, false) ?? []) {
    for (const { row } of entries) {
      const value = row.deleted ? null : row.values[slot];
      if (typeof value !== "number" && typeof value !== "bigint") continue;
      largest = furthest(largest, BigInt(value), isUpward);
    }
  }
  return largest;
}

function furthest(known: bigint | undefined, value: bigint, isUpward: boolean): bigint {
  if (known === undefined) return value;
  return value > known === isUpward ? value : known;
}
