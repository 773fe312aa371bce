import type { ColumnReference, PseudoColumn, Variable } from "../parser/ast-expressions.ts";
import type { BoundColumn } from "./bind-scope.ts";
import type { Binder } from "./binder.ts";
import type { CompiledExpression, Frame } from "./compiled.ts";

/** Columns and variables: the leaves of expressions. */

/** The value of a slot of the frame `depth` steps out. */
function slotReader(depth: number, slot: number): CompiledExpression["evaluate"] {
  if (depth === 0) return (frame) => frame.row[slot] ?? null;
  if (depth === 1) return (frame) => frame.outer?.row[slot] ?? null;
  return (frame) => {
    let current: Frame | undefined = frame;
    for (let step = 0; step < depth; step += 1) current = current?.outer;
    return current?.row[slot] ?? null;
  };
}

/** An expression that reads a slot of a row. */
export function compileSlot(column: BoundColumn): CompiledExpression {
  const { depth, slot, type, nullable } = column;
  return {
    type,
    nullable,
    evaluate: slotReader(depth, slot),
    column: { depth, slot },
    collationLabel: column.collationLabel ?? "implicit",
    isDeterministic: true,
  };
}

export function compileColumn(
  node: ColumnReference | PseudoColumn,
  binder: Binder,
): CompiledExpression {
  return compileSlot(binder.scope.column(node));
}

export function compileVariable(node: Variable, binder: Binder): CompiledExpression {
  const { slot, type } = binder.scope.variable(node.name);
  return {
    type,
    nullable: true,
    evaluate: (frame) => frame.run.variables[slot] ?? null,
    collationLabel: "coercible",
    isDeterministic: true,
  };
}
