import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression } from "../../expressions/compiled.ts";
import type { OutputClause } from "../../parser/ast-changes.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { makeFrame } from "../query/plan.ts";
import { QueryScope, type Source, type SourceColumn } from "../query/scope.ts";
import type { tableColumns } from "../query/source-columns.ts";
import type { Activation } from "../session/activation.ts";
import type { StatementRun } from "../session/statement-run.ts";
import { resultColumns } from "../statements/query-output.ts";
import type { Task } from "../suspension.ts";
import { findTarget, requireTable, transactionFor } from "./change-target.ts";
import { TableWriter } from "./table-writer.ts";

export interface OutputWork {
  readonly activation: Activation;
  readonly environment: CompileEnvironment;
  readonly run: StatementRun;
  readonly columns: ReturnType<typeof tableColumns>;
}

interface CompiledOutput {
  readonly clause: OutputClause;
  readonly columns: readonly SourceColumn[];
  readonly expressions: readonly CompiledExpression[];
}

/** Rows that OUTPUT reads: deleted values, inserted values, then the action. */
export interface OutputRow {
  readonly before: readonly SqlValue[] | undefined;
  readonly after: readonly SqlValue[] | undefined;
  readonly action: string;
}

export function compileOutput(clause: OutputClause, work: OutputWork): CompiledOutput {
  const nullable = work.columns.map((column) => ({ ...column, nullable: true, identity: false }));
  const sources: Source[] = [
    { name: "deleted", columns: nullable },
    { name: "inserted", columns: nullable },
  ];
  const scope = new QueryScope({ environment: work.environment, sources, parent: undefined });
  const items = clause.items.flatMap((item) => {
    if (item.kind === "assignment") return raise(102, "Incorrect syntax near '='.", { class: 15 });
    if (item.kind === "expression") {
      return [{ node: item.expression, name: item.alias?.value }];
    }
    const [qualifier = ""] = item.qualifier;
    const shown = work.columns.filter(({ concealed }) => concealed !== true);
    return shown.map(({ name }) => ({
      node: { kind: "column", parts: [qualifier, name], line: 0, start: 0, end: 0 } as const,
      name,
    }));
  });
  const expressions = items.map(({ node }) =>
    node.kind === "pseudo_column" && node.name === "action"
      ? actionColumn(work.columns.length * 2)
      : compileExpression(node, scope),
  );
  const columns = expressions.map((expression, index) => {
    const item = items[index];
    const written = item?.node.kind === "column" ? item.node.parts.at(-1) : undefined;
    return {
      name: item?.name ?? written ?? "",
      type: expression.type,
      nullable: expression.nullable,
    };
  });
  return { clause, columns, expressions };
}

function actionColumn(slot: number): CompiledExpression {
  return {
    type: { name: "nvarchar", length: 10, collation: "SQL_Latin1_General_CP1_CI_AS" },
    nullable: false,
    evaluate: (frame) => frame.row[slot] ?? null,
    collationLabel: "implicit",
    isDeterministic: true,
  };
}

/** Sends or keeps what OUTPUT asks for. */
export function* writeOutput(
  outputs: readonly CompiledOutput[],
  rows: readonly OutputRow[],
  work: OutputWork,
): Task {
  for (const output of outputs) {
    const frame = makeFrame(work.run, undefined);
    const empty = work.columns.map(() => null);
    const values = rows.map(({ before, after, action }) => {
      frame.row = [...(before ?? empty), ...(after ?? empty), action];
      return output.expressions.map((expression) => expression.evaluate(frame));
    });
    if (output.clause.into === undefined) {
      work.activation.sink.columns(resultColumns(output.columns));
      if (values.length > 0) yield { kind: "promise", promise: work.activation.sink.rows(values) };
    } else yield* keepOutput(output, values, work);
  }
}

function* keepOutput(
  { clause, columns }: CompiledOutput,
  rows: readonly (readonly SqlValue[])[],
  { activation, environment, run }: OutputWork,
): Task {
  if (clause.into === undefined) return;
  const found = requireTable(
    findTarget(clause.into, { activation, environment, permission: "INSERT" }),
  );
  const names = clause.intoColumns?.map(({ value }) => value);
  const slots = targetSlots(found.table.columns, names, environment);
  if (slots.length !== columns.length) {
    raise(213, "Column name or number of supplied values does not match table definition.");
  }
  const { transaction, finish } = transactionFor(found, activation);
  const writer = new TableWriter(
    { found, activation, environment, run, transaction, verb: "INSERT" },
    false,
  );
  const convert = slots.map((slot, index) => {
    const column = columns[index];
    const target = found.table.columns[slot];
    if (column === undefined || target === undefined) throw new Error("No column. This is a bug.");
    return compileAssignment(
      {
        ...column,
        evaluate: (frame) => frame.row[index] ?? null,
        collationLabel: "implicit",
        isDeterministic: true,
      },
      target.type,
      { kind: "column", table: found.table.name, column: target.name },
    );
  });
  let isDone = false;
  try {
    yield* writer.open();
    const frame = makeFrame(run, undefined);
    for (const row of rows) {
      frame.row = row;
      const values: SqlValue[] = found.table.columns.map(
        (_, slot) => writer.defaultOf(slot)?.evaluate(frame) ?? null,
      );
      if (writer.rules.identitySlot !== -1)
        values[writer.rules.identitySlot] = writer.nextIdentity();
      for (const [index, slot] of slots.entries())
        values[slot] = convert[index]?.evaluate(frame) ?? null;
      yield* writer.insert(values);
    }
    isDone = true;
  } finally {
    finish(isDone);
  }
}

/** The slots that a list of columns means; all that take values without one. */
export function targetSlots(
  columns: readonly {
    readonly name: string;
    readonly computed?: unknown;
    readonly identity?: unknown;
    readonly hidden?: boolean | undefined;
    readonly type: { readonly name: string };
  }[],
  names: readonly string[] | undefined,
  { foldName }: Pick<CompileEnvironment, "foldName">,
): number[] {
  if (names === undefined) {
    return columns.flatMap((column, slot) =>
      column.computed !== undefined ||
      column.identity !== undefined ||
      column.hidden === true ||
      column.type.name === "timestamp"
        ? []
        : [slot],
    );
  }
  return names.map((name) => {
    const slot = columns.findIndex((column) => foldName(column.name) === foldName(name));
    if (slot === -1) raise(207, `Invalid column name '${name}'.`);
    return slot;
  });
}
