import type { Statement } from "../../parser/ast-statements.ts";
import { raise } from "../../values/sql-exception.ts";
import { createTableVariable, tableVariableOfType } from "../definitions/table-variables.ts";
import { resolveType } from "../definitions/type-resolution.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";

/** Declares what the statements declare, wherever it stands in them: variables belong to the whole batch. */
export function declareVariables(statements: readonly Statement[], activation: Activation): void {
  for (const statement of statements) declareIn(statement, activation);
}

function declareIn(statement: Statement, activation: Activation): void {
  if (statement.kind === "declare") {
    activation.line = statement.line;
    for (const variable of statement.variables) declareOne(variable, activation);
    return;
  }
  declareVariables(innerStatements(statement), activation);
}

function innerStatements(statement: Statement): readonly Statement[] {
  if (statement.kind === "block") return statement.statements;
  if (statement.kind === "while") return [statement.body];
  if (statement.kind === "try") return [...statement.statements, ...statement.catchStatements];
  if (statement.kind !== "if") return [];
  const { whenTrue, whenFalse } = statement;
  return whenFalse === undefined ? [whenTrue] : [whenTrue, whenFalse];
}

type Declaration = Extract<Statement, { kind: "declare" }>["variables"][number];

function declareOne(declaration: Declaration, activation: Activation): void {
  const { variables } = activation;
  const { name } = declaration;
  if (isTaken(name, activation)) {
    raise(
      134,
      `The variable name '${name}' has already been declared. Variable names must be unique within a query batch or stored procedure.`,
      { class: 15 },
    );
  }
  switch (declaration.kind) {
    case "scalar": {
      const resolved = resolveType(declaration.type, baseOf(activation));
      if (resolved.tableType === undefined) variables.declare(name, resolved.type);
      else {
        variables.tables.set(
          name.toLowerCase(),
          tableVariableOfType(resolved.tableType, activation),
        );
      }
      return;
    }
    case "table":
      variables.tables.set(
        name.toLowerCase(),
        createTableVariable(name, declaration.elements, activation),
      );
      return;
    case "cursor":
      variables.cursors.set(name.toLowerCase(), undefined);
      return;
    default:
      declaration satisfies never;
  }
}

function isTaken(name: string, { variables }: Activation): boolean {
  return (
    variables.scalar(name) !== undefined ||
    variables.table(name) !== undefined ||
    variables.cursors.has(name.toLowerCase())
  );
}
