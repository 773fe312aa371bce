import { compileAssignment } from "../../expressions/assignment.ts";
import { compileSlot } from "../../expressions/names.ts";
import type { CursorName, FetchStatement, Statement } from "../../parser/ast-statements.ts";
import type { StoredRow } from "../../storage/columns.ts";
import { raise } from "../../values/sql-exception.ts";
import { makeFrame } from "../query/plan.ts";
import { compileQuery } from "../query/query.ts";
import type { Activation } from "../session/activation.ts";
import type { Cursor } from "../session/cursor.ts";
import { environmentOf } from "../session/services.ts";
import { createRun, endRun } from "../session/statement-run.ts";
import { inTransaction } from "../session/transactions.ts";
import type { Task } from "../suspension.ts";
import { evaluateExpression } from "./control-flow.ts";
import type { Flow, Interpreter } from "./flow.ts";
import { allRows, endStatement, resultColumns } from "./query-output.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { readonly kind: Kind }>;

type CursorAction = Extract<Statement, { readonly cursor: CursorName; readonly line: number }>;

/** Cursors show the rows that there were when they were opened; changes through them are refused. */
export function* executeDeclareCursor(
  statement: Of<"declare_cursor">,
  activation: Activation,
): Task<Flow> {
  const { name, definition } = statement;
  if (definition.updatability === "update") {
    raise(40_515, "Cursors FOR UPDATE are not supported in this version.");
  }
  const isLocal = definition.options.includes("local");
  const map = isLocal ? activation.cursors : activation.core.cursors;
  const key = name.toLowerCase();
  if (map.has(key)) raise(16_915, `A cursor with the name '${name}' already exists.`);
  const isScroll = ["scroll", "static", "keyset", "dynamic", "insensitive"].some((option) =>
    definition.options.includes(option),
  );
  map.set(key, { name, definition, isScroll, columns: [], rows: undefined, position: -1 });
  yield* [];
  return undefined;
}

function findCursor({ name, global }: CursorName, activation: Activation): Cursor {
  const key = name.toLowerCase();
  const found = global
    ? activation.core.cursors.get(key)
    : (localCursor(key, activation) ?? activation.core.cursors.get(key));
  return found ?? raise(16_916, `A cursor with the name '${name}' does not exist.`);
}

function localCursor(key: string, activation: Activation | undefined): Cursor | undefined {
  return activation?.cursors.get(key);
}

export function* executeOpenCursor(
  statement: CursorAction,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const cursor = findCursor(statement.cursor, activation);
  if (cursor.rows !== undefined) raise(16_905, "The cursor is already open.");
  const { definition } = cursor;
  yield* inTransaction(activation, function* () {
    const environment = environmentOf(activation, interpreter);
    const query = compileQuery(definition.query, {
      environment,
      parent: undefined,
      ctes: definition.ctes,
    });
    const run = createRun(activation);
    try {
      cursor.rows = yield* allRows(query.plan.rows(run, undefined), run);
      cursor.columns = query.columns;
      cursor.position = -1;
    } finally {
      endRun(run);
    }
  });
  return undefined;
}

export function* executeCloseCursor(statement: CursorAction, activation: Activation): Task<Flow> {
  const cursor = findCursor(statement.cursor, activation);
  yield* [];
  if (statement.kind === "deallocate_cursor") {
    const key = cursor.name.toLowerCase();
    if (activation.cursors.get(key) === cursor) activation.cursors.delete(key);
    else activation.core.cursors.delete(key);
    return undefined;
  }
  if (cursor.rows === undefined) raise(16_917, "Cursor is not open.");
  cursor.rows = undefined;
  return undefined;
}

export function* executeFetch(
  statement: FetchStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const cursor = findCursor(statement.cursor, activation);
  const { rows } = cursor;
  if (rows === undefined) raise(16_917, "Cursor is not open.");
  if (statement.direction !== "next" && !cursor.isScroll) {
    raise(
      16_911,
      `fetch: The fetch type ${statement.direction} cannot be used with forward only cursors.`,
    );
  }
  const amount =
    statement.amount === undefined
      ? 1
      : Number(
          yield* evaluateExpression(statement.amount, {
            activation,
            interpreter,
            type: { name: "int" },
          }),
        );
  cursor.position = Math.min(
    Math.max(targetOf(statement, { position: cursor.position, count: rows.length, amount }), -1),
    rows.length,
  );
  const row = rows[cursor.position];
  activation.core.fetchStatus = row === undefined ? -1 : 0;
  if (statement.into.length > 0) {
    assignRow(row, cursor, { names: statement.into, activation });
    return undefined;
  }
  activation.sink.columns(resultColumns(cursor.columns));
  if (row !== undefined) yield { kind: "promise", promise: activation.sink.rows([row]) };
  endStatement(activation, undefined, { count: row === undefined ? 0 : 1, command: 0xc1 });
  return undefined;
}

function assignRow(
  row: StoredRow | undefined,
  { columns }: Cursor,
  { names, activation }: { readonly names: readonly string[]; readonly activation: Activation },
): void {
  if (names.length !== columns.length) {
    raise(
      16_924,
      "Cursorfetch: The number of variables declared in the INTO list must match that of selected columns.",
    );
  }
  if (row === undefined) return;
  const run = createRun(activation);
  const frame = makeFrame(run, undefined);
  frame.row = row;
  for (const [slot, name] of names.entries()) {
    const bound = activation.variables.scalar(name);
    const column = columns[slot];
    if (bound === undefined || column === undefined) {
      raise(137, `Must declare the scalar variable "${name}".`, { class: 15, state: 2 });
    }
    const read = compileSlot({ depth: 0, slot, type: column.type, nullable: true });
    const value = compileAssignment(read, bound.type, { kind: "variable" });
    activation.variables.set(name, value.evaluate(frame));
  }
  endRun(run);
  activation.core.rowCount = 1;
}

function targetOf(
  { direction }: FetchStatement,
  {
    position,
    count,
    amount,
  }: { readonly position: number; readonly count: number; readonly amount: number },
): number {
  switch (direction) {
    case "next":
      return position + 1;
    case "prior":
      return position - 1;
    case "first":
      return 0;
    case "last":
      return count - 1;
    case "absolute":
      return amount < 0 ? count + amount : amount - 1;
    case "relative":
      return position + amount;
    default:
      return direction satisfies never;
  }
}
