import type {
  CreatePartitionFunctionStatement,
  CreatePartitionSchemeStatement,
  DropPartitionStatement,
} from "./ast-partitions.ts";
import { parseStorageName } from "./constraint-parser.ts";
import { parseIdentifier, parseType } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind CREATE PARTITION. */
export function parseCreatePartition(
  cursor: TokenCursor,
  mark: number,
): CreatePartitionFunctionStatement | CreatePartitionSchemeStatement {
  const isFunction = cursor.expectAny("function", "scheme") === "function";
  const name = parseIdentifier(cursor);
  return isFunction
    ? { ...parseFunction(cursor), name, ...cursor.span(mark) }
    : { ...parseScheme(cursor), name, ...cursor.span(mark) };
}

function parseFunction(
  cursor: TokenCursor,
): Omit<CreatePartitionFunctionStatement, "name" | "start" | "end" | "line"> {
  const type = cursor.parenthesized(parseType)[0] ?? cursor.fail();
  cursor.expect("as", "range");
  const onRight = cursor.takeAny("left", "right") === "right";
  cursor.expect("for", "values", "(");
  const boundaries = cursor.at(")") ? [] : cursor.list((at) => at.grammar.expression(at));
  cursor.expect(")");
  return { kind: "create_partition_function", type, onRight, boundaries };
}

function parseScheme(
  cursor: TokenCursor,
): Omit<CreatePartitionSchemeStatement, "name" | "start" | "end" | "line"> {
  cursor.expect("as", "partition");
  const of = parseIdentifier(cursor);
  const all = cursor.take("all");
  cursor.expect("to");
  const fileGroups = cursor.parenthesized(parseStorageName);
  return { kind: "create_partition_scheme", function: of, all, fileGroups };
}

/** Behind DROP PARTITION. */
export function parseDropPartition(cursor: TokenCursor, mark: number): DropPartitionStatement {
  const what = cursor.expectAny("function", "scheme");
  const name = parseIdentifier(cursor);
  return { kind: "drop_partition", what, name, ...cursor.span(mark) };
}
