import { compileAssignment } from "../../expressions/assignment.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression, Frame } from "../../expressions/compiled.ts";
import type { WriteClause } from "../../parser/ast-changes.ts";
import type { Expression } from "../../parser/ast-expressions.ts";
import type { Column } from "../../storage/columns.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import type { QueryScope } from "../query/scope.ts";

/** `column.WRITE(expression, @Offset, @Length)` of UPDATE: a part of a large value (learn.microsoft.com: UPDATE, .WRITE). */

interface WriteTarget {
  readonly column: Column;
  /** What the column holds before the statement. */
  readonly current: CompiledExpression;
}

export function compileWrite(
  { piece, offset, length }: WriteClause,
  { column, current }: WriteTarget,
  scope: QueryScope,
): CompiledExpression {
  requireLarge(column);
  const of = (node: Expression, type: SqlType): CompiledExpression =>
    compileAssignment(compileExpression(node, scope), type, { kind: "variable" });
  const given = of(piece, column.type);
  const start = of(offset, { name: "bigint" });
  const count = of(length, { name: "bigint" });
  return {
    ...current,
    isDeterministic: false,
    evaluate: (frame) => {
      const value = current.evaluate(frame);
      if (value === null) refuseNull(column.name);
      return written(value, {
        piece: given.evaluate(frame),
        offset: numberOf(start, frame),
        length: numberOf(count, frame),
      });
    },
  };
}

/** Throws 258 for types that have no such method; offsets in UTF-8 are bytes, which are not counted here. */
function requireLarge({ type }: Column): void {
  if (!/^(n?varchar|varbinary)$/.test(type.name) || type.length !== -1) {
    raise(258, `Cannot call methods on ${type.name}.`, { class: 15 });
  }
  if (/_UTF8$/i.test(type.collation ?? "") && type.name === "varchar") {
    raise(40_515, ".WRITE on columns of UTF-8 collations is not supported in this version.");
  }
}

function refuseNull(column: string): never {
  raise(5302, `Mutator '.WRITE' on '${column}' cannot be called on a null value.`);
}

function numberOf(expression: CompiledExpression, frame: Frame): number | undefined {
  const value = expression.evaluate(frame);
  return value === null ? undefined : Number(value);
}

interface Written {
  readonly piece: SqlValue;
  /** From 0; undefined is the end of the value. */
  readonly offset: number | undefined;
  /** Undefined is all behind the offset. */
  readonly length: number | undefined;
}

function written(value: SqlValue, { piece, offset, length }: Written): SqlValue {
  const whole = piecesOf(value);
  const start = offset ?? whole.length;
  refuseOutside(whole.length, start, length ?? 0);
  const isCut = piece === null || length === undefined || offset === undefined;
  const end = isCut ? whole.length : start + length;
  if (typeof whole === "string") {
    const middle = typeof piece === "string" ? piece : "";
    return `${whole.slice(0, start)}${middle}${whole.slice(end)}`;
  }
  const middle = piece instanceof Uint8Array ? piece : new Uint8Array();
  return Buffer.concat([whole.subarray(0, start), middle, whole.subarray(end)]);
}

function refuseOutside(size: number, start: number, length: number): void {
  if (start < 0 || start > size) {
    raise(7116, `Offset ${start} is not in the range of available LOB data.`);
  }
  if (length >= 0) return;
  raise(
    7135,
    `Deletion length ${length} is not in the range of available text, ntext, or image data.`,
  );
}

function piecesOf(value: SqlValue): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw new Error("A large value is neither text nor bytes. This is a bug.");
}
