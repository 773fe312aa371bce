import { applyConversion, coerce } from "../../expressions/coercion.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { CompiledExpression } from "../../expressions/compiled.ts";
import type { ComparisonOperator, Expression } from "../../parser/ast-expressions.ts";
import type { Column } from "../../storage/columns.ts";
import type { Index, Table } from "../../storage/schema-object.ts";
import { commonType } from "../../values/common-type.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { familyOf, isUnicode } from "../../values/type-family.ts";
import type { Conjunct } from "./conjuncts.ts";
import type { QueryScope, Source } from "./scope.ts";
import type { Seek } from "./table-scan.ts";

/** A comparison of a column with something that is known before the table is read. */
interface Bound {
  readonly columnId: number;
  readonly operator: ComparisonOperator;
  readonly value: CompiledExpression;
}

export interface SeekRequest {
  readonly table: Table;
  readonly source: Source;
  readonly conjuncts: readonly Conjunct[];
  /** Sees the sources that are read before this one; the values of the key are computed there. */
  readonly keyScope: QueryScope;
  /** Resolves the columns of the source itself. */
  readonly ownScope: QueryScope;
}

/** The part of an index that holds all rows that can match; undefined: the whole table has to be read. Conditions are still to be tested. */
export function findSeek(request: SeekRequest): Seek | undefined {
  const bounds = request.conjuncts.flatMap((conjunct) => boundsOf(conjunct, request));
  if (bounds.length === 0) return undefined;
  const candidates = request.table.indexes
    .filter((index) => index.filter === undefined && !index.disabled && index.keys.length > 0)
    .map((index) => ({ seek: seekOf(index, bounds), index }))
    .filter(({ seek }) => rankOf(seek) > 0);
  candidates.sort((left, right) => rankOf(right.seek) - rankOf(left.seek));
  return candidates[0]?.seek;
}

/** Whether a seek finds at most one row. */
export function isUniqueSeek(seek: Seek, table: Table): boolean {
  const index = table.indexes.find(({ indexId }) => indexId === seek.indexId);
  return index !== undefined && index.unique && seek.equal.length === index.keys.length;
}

function rankOf(seek: Seek): number {
  const ranges = (seek.lower ? 1 : 0) + (seek.upper ? 1 : 0);
  return seek.equal.length * 4 + ranges * 1.5 + (seek.indexId === 1 && ranges > 0 ? 0.5 : 0);
}

function seekOf(index: Index, bounds: readonly Bound[]): Seek {
  const equal: CompiledExpression[] = [];
  for (const key of index.keys) {
    const bound = bounds.find((item) => item.columnId === key.columnId && item.operator === "=");
    if (bound === undefined) break;
    equal.push(bound.value);
  }
  const next = index.keys[equal.length];
  const find = (...operators: ComparisonOperator[]): Seek["lower"] => {
    const bound = bounds.find(
      (item) => item.columnId === next?.columnId && operators.includes(item.operator),
    );
    return bound && { value: bound.value, inclusive: true };
  };
  const above = find(">", ">=");
  const below = find("<", "<=");
  const [lower, upper] = next?.descending === true ? [below, above] : [above, below];
  return { indexId: index.indexId, equal, lower, upper };
}

const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  ">": "<",
  "<=": ">=",
  ">=": "<=",
};

function boundsOf({ predicate }: Conjunct, request: SeekRequest): Bound[] {
  if (predicate.kind === "between" && !predicate.negated) {
    return [
      boundOf({ column: predicate.operand, operator: ">=", other: predicate.low }, request),
      boundOf({ column: predicate.operand, operator: "<=", other: predicate.high }, request),
    ].filter((bound) => bound !== undefined);
  }
  if (predicate.kind !== "comparison" || predicate.operator === "<>") return [];
  const { left, right, operator } = predicate;
  const bound =
    boundOf({ column: left, operator, other: right }, request) ??
    boundOf({ column: right, operator: MIRRORED[operator], other: left }, request);
  return bound === undefined ? [] : [bound];
}

interface Comparison {
  readonly column: Expression;
  readonly operator: ComparisonOperator;
  readonly other: Expression;
}

function boundOf(comparison: Comparison, request: SeekRequest): Bound | undefined {
  const { column: side, operator, other } = comparison;
  if (side.kind !== "column") return undefined;
  const slot = request.ownScope.ownSlot(side);
  const column = slot === undefined ? undefined : request.table.columns[slot];
  if (column === undefined || readsSource(other, request)) return undefined;
  const value = keyValue(compileExpression(other, request.keyScope), column, operator);
  return value && { columnId: column.columnId, operator, value };
}

function readsSource(expression: Expression, { source, ownScope, keyScope }: SeekRequest): boolean {
  const used = new Set<Source>();
  compileExpression(
    expression,
    ownScope.with({ sources: [...keyScope.sources, ...ownScope.sources], used }),
  );
  return used.has(source);
}

/** The value as the index compares it; undefined where that could miss rows. */
function keyValue(
  value: CompiledExpression,
  column: Column,
  operator: ComparisonOperator,
): CompiledExpression | undefined {
  const { type } = column;
  const family = familyOf(type);
  if (family !== familyOf(value.type) && value.type.name === "sql_variant") return undefined;
  if (family === "character") return textKey(value, type, operator);
  if (family === "integer" && familyOf(value.type) === "integer") return integerKey(value, type);
  if (family === "decimal") return decimalKey(value, type);
  // Bytes of any length compare alike, so a varbinary needs no conversion to be looked for among binary keys.
  if (type.name === "binary" && value.type.name === "varbinary") return value;
  if (value.isNullLiteral === true || commonType(type, value.type).name !== type.name) {
    return undefined;
  }
  return coerce(value, type);
}

function integerKey(value: CompiledExpression, type: SqlType): CompiledExpression {
  if (type.name === "bigint") return coerce(value, type);
  return applyConversion(value, type, (number) => Number(number));
}

function decimalKey(value: CompiledExpression, type: SqlType): CompiledExpression | undefined {
  const scale = type.scale ?? 0;
  const isExact = familyOf(value.type) === "integer" || familyOf(value.type) === "decimal";
  if (!isExact || (value.type.scale ?? 0) > scale || value.isNullLiteral === true) return undefined;
  return coerce(value, { name: type.name, precision: 38, scale });
}

function textKey(
  value: CompiledExpression,
  type: SqlType,
  operator: ComparisonOperator,
): CompiledExpression | undefined {
  if (familyOf(value.type) !== "character") return undefined;
  const isForeign = value.collationLabel !== "coercible" && value.type.collation !== type.collation;
  if (isForeign) return undefined;
  return operator === "=" || isUnicode(type) || !isUnicode(value.type) ? value : undefined;
}
