import type { Expression, Predicate } from "../../parser/ast-expressions.ts";
import { formatSystemReference } from "./reference-text.ts";

/** The text in which SQL Server shows a default, a check or a computed column: names in brackets, numbers in parentheses, no spaces. */
export function expressionText(expression: Expression, source: string): string {
  return `(${writeExpression(expression, source)})`;
}

export function predicateText(predicate: Predicate, source: string): string {
  return `(${writePredicate(predicate, source)})`;
}

/** Kinds that are missing are shown as they were written. */
type Writers<Node extends { readonly kind: string }> = {
  readonly [Kind in Node["kind"]]?: (
    node: Extract<Node, { readonly kind: Kind }>,
    source: string,
  ) => string;
};

const EXPRESSIONS: Writers<Expression> = {
  number: ({ form, text }) => `(${form === "money" ? "$" : ""}${text})`,
  string: ({ national, value }) => `${national ? "N" : ""}'${value.replaceAll("'", "''")}'`,
  binary_literal: ({ hex }) => `0x${hex}`,
  null: () => "NULL",
  column: ({ parts }) => parts.map((part) => `[${part.replaceAll("]", "]]")}]`).join("."),
  unary: ({ operator, operand }, source) =>
    operand.kind === "number"
      ? `(${operator}${operand.text})`
      : `${operator}${writeExpression(operand, source)}`,
  binary: writeBinary,
  call: writeCall,
  cast: writeConversion,
  convert: writeConversion,
};

const PREDICATES: Writers<Predicate> = {
  and: ({ left, right }, source) =>
    [left, right].map((side) => writeOperand(side, source)).join(" AND "),
  or: ({ left, right }, source) =>
    [left, right].map((side) => writePredicate(side, source)).join(" OR "),
  not: ({ operand }, source) => `NOT ${writeOperand(operand, source)}`,
  comparison: ({ left, operator, right }, source) =>
    `${writeExpression(left, source)}${operator}${writeExpression(right, source)}`,
  is_null: ({ operand, negated }, source) =>
    `${writeExpression(operand, source)} IS ${negated ? "NOT " : ""}NULL`,
  like: writeLike,
  between: writeBetween,
  in_list: writeList,
};

function writeExpression(node: Expression, source: string): string {
  // The table pairs each kind with a writer of that kind.
  const write = EXPRESSIONS[node.kind] as
    | ((node: Expression, source: string) => string)
    | undefined;
  return write === undefined ? written(node, source) : write(node, source);
}

function writePredicate(node: Predicate, source: string): string {
  // As above.
  const write = PREDICATES[node.kind] as ((node: Predicate, source: string) => string) | undefined;
  return write === undefined ? written(node, source) : write(node, source);
}

function written(
  { start, end }: { readonly start: number; readonly end: number },
  source: string,
): string {
  return source.slice(start, end);
}

type Of<Kind extends (Expression | Predicate)["kind"]> = Extract<
  Expression | Predicate,
  { readonly kind: Kind }
>;

function writeOperand(node: Predicate, source: string): string {
  const text = writePredicate(node, source);
  const isAlternative = node.kind === "or" || (node.kind === "in_list" && !node.negated);
  return isAlternative ? `(${text})` : text;
}

function writeLike(node: Of<"like">, source: string): string {
  if (node.escape !== undefined) return written(node, source);
  const [value, pattern] = [node.operand, node.pattern].map((part) =>
    writeExpression(part, source),
  );
  return `${value}${node.negated ? " NOT" : ""} like ${pattern}`;
}

/** Kept as two comparisons. */
function writeBetween({ operand, low, high, negated }: Of<"between">, source: string): string {
  const [value, first, last] = [operand, low, high].map((part) => writeExpression(part, source));
  return negated
    ? `${value}<${first} OR ${value}>${last}`
    : `${value}>=${first} AND ${value}<=${last}`;
}

/** Kept as comparisons, the last one first. */
function writeList({ operand, items, negated }: Of<"in_list">, source: string): string {
  const value = writeExpression(operand, source);
  const tests = items.map(
    (item) => `${value}${negated ? "<>" : "="}${writeExpression(item, source)}`,
  );
  return tests.toReversed().join(negated ? " AND " : " OR ");
}

const STRENGTH: Readonly<Record<string, number>> = { "*": 2, "/": 2, "%": 2 };

function writeBinary({ operator, left, right }: Of<"binary">, source: string): string {
  const own = STRENGTH[operator] ?? 1;
  const side = (node: Expression, isRight: boolean): string => {
    const text = writeExpression(node, source);
    if (node.kind !== "binary") return text;
    const strength = STRENGTH[node.operator] ?? 1;
    return strength < own || (isRight && strength === own) ? `(${text})` : text;
  };
  return `${side(left, false)}${operator}${side(right, true)}`;
}

function writeCall(node: Of<"call">, source: string): string {
  const isRare = node.distinct || node.over !== undefined || node.withinGroup !== undefined;
  const { schema, name } = node.name;
  if (node.niladic && name.toUpperCase() === "CURRENT_TIMESTAMP") return "getdate()";
  if (isRare || node.niladic) return written(node, source);
  const shown = schema === undefined ? name.toLowerCase() : `[${schema}].[${name}]`;
  if (node.star) return `${shown}(*)`;
  const items = node.arguments.map((item) =>
    item.kind === "date_part" ? item.name : writeExpression(item, source),
  );
  return `${shown}(${items.join(",")})`;
}

/** CAST is kept as CONVERT. */
function writeConversion(node: Of<"cast" | "convert">, source: string): string {
  if (node.isTry) return written(node, source);
  const style =
    node.kind === "convert" && node.style !== undefined
      ? `,${writeExpression(node.style, source)}`
      : "";
  const operand = writeExpression(node.operand, source);
  return `CONVERT(${formatSystemReference(node.type)},${operand}${style})`;
}
