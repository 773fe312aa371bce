import type { Expression } from "./ast-expressions.ts";
import type {
  AlterColumn,
  AlterTableAction,
  AlterTableDrop,
  AlterTableStatement,
  TableElement,
} from "./ast-tables.ts";
import { parseMask } from "./column-parser.ts";
import { isConstraintAhead, parseIndexOptions } from "./constraint-parser.ts";
import { parseIdentifier, parseObjectName, parseType } from "./names.ts";
import { parseOptionList } from "./option-parser.ts";
import { parseTableElement } from "./table-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind ALTER TABLE. */
export function parseAlterTable(cursor: TokenCursor, mark: number): AlterTableStatement {
  const name = parseObjectName(cursor);
  const action = parseAction(cursor);
  return { kind: "alter_table", name, action, ...cursor.span(mark) };
}

function parseAction(cursor: TokenCursor): AlterTableAction {
  if (cursor.take("with")) return parseCheckedAction(cursor);
  switch (cursor.word) {
    case "add":
      return parseAdd(cursor, undefined);
    case "drop":
      return parseDrop(cursor);
    case "alter":
      return parseAlterColumn(cursor);
    case "check":
    case "nocheck":
      return parseConstraintState(cursor, undefined);
    case "enable":
    case "disable":
      return parseSwitches(cursor);
    default:
      return parseRest(cursor);
  }
}

/** Behind WITH: CHECK or NOCHECK, then ADD or CHECK CONSTRAINT. */
function parseCheckedAction(cursor: TokenCursor): AlterTableAction {
  const check = cursor.expectAny("check", "nocheck") === "check";
  return cursor.at("add") ? parseAdd(cursor, check) : parseConstraintState(cursor, check);
}

function parseAdd(cursor: TokenCursor, check: boolean | undefined): AlterTableAction {
  cursor.expect("add");
  const elements: TableElement[] = [];
  do {
    cursor.take("column");
    elements.push(parseTableElement(cursor));
  } while (cursor.take(",") || isConstraintAhead(cursor));
  return { kind: "add", elements, check };
}

function parseConstraintState(cursor: TokenCursor, check: boolean | undefined): AlterTableAction {
  const enable = cursor.expectAny("check", "nocheck") === "check";
  cursor.expect("constraint");
  const names = cursor.take("all") ? undefined : cursor.list(parseIdentifier);
  return { kind: "check_constraint_state", enable, names, check };
}

function parseSwitches(cursor: TokenCursor): AlterTableAction {
  const enable = cursor.expectAny("enable", "disable") === "enable";
  if (cursor.take("change_tracking")) {
    if (cursor.take("with")) parseOptionList(cursor);
    return { kind: "change_tracking", enable };
  }
  cursor.expect("trigger");
  const names = cursor.take("all") ? undefined : cursor.list(parseIdentifier);
  return { kind: "trigger_state", enable, names };
}

function parseDrop(cursor: TokenCursor): AlterTableAction {
  cursor.expect("drop");
  if (cursor.takeWords("period", "for", "system_time")) return { kind: "drop_period" };
  const items: AlterTableDrop[] = [];
  let type: AlterTableDrop["type"] = "constraint";
  do {
    const mark = cursor.position;
    type = cursor.takeAny("column", "constraint") ?? type;
    const ifExists = cursor.takeWords("if", "exists");
    const name = parseIdentifier(cursor);
    if (cursor.at("with")) parseIndexOptions(cursor);
    items.push({ type, name, ifExists, ...cursor.span(mark) });
  } while (cursor.take(","));
  return { kind: "drop", items };
}

function parseAlterColumn(cursor: TokenCursor): AlterTableAction {
  const mark = cursor.position;
  cursor.expect("alter", "column");
  const name = parseIdentifier(cursor);
  const verb = cursor.takeAny("add", "drop");
  const change = verb === undefined ? parseTypeChange(cursor) : parseProperty(cursor, verb);
  return { kind: "alter_column", column: { name, change, ...cursor.span(mark) } };
}

function parseTypeChange(cursor: TokenCursor): AlterColumn["change"] {
  const type = parseType(cursor);
  let collation: string | undefined;
  let nullable: boolean | undefined;
  let sparse = false;
  for (;;) {
    if (cursor.take("collate")) collation = parseIdentifier(cursor).value;
    else if (cursor.take("sparse")) sparse = true;
    else if (cursor.take("null")) nullable = true;
    else if (cursor.takeWords("not", "null")) nullable = false;
    else return { kind: "type", type, collation, nullable, sparse };
  }
}

function parseProperty(cursor: TokenCursor, verb: "add" | "drop"): AlterColumn["change"] {
  const add = verb === "add";
  if (cursor.takeWords("not", "for", "replication")) {
    return { kind: "property", add, property: "not for replication", mask: undefined };
  }
  const property = cursor.expectAny("rowguidcol", "persisted", "sparse", "hidden", "masked");
  const mask = property === "masked" && add ? parseMask(cursor) : undefined;
  return { kind: "property", add, property, mask };
}

function parseRest(cursor: TokenCursor): AlterTableAction {
  if (cursor.take("rebuild")) {
    if (cursor.takeWords("partition", "=") && !cursor.take("all")) cursor.refuse("PARTITION");
    return { kind: "rebuild", options: parseIndexOptions(cursor) };
  }
  if (cursor.take("set")) return { kind: "set", options: parseOptionList(cursor) };
  cursor.expect("switch");
  const from = parsePartition(cursor);
  cursor.expect("to");
  const target = parseObjectName(cursor);
  const to = parsePartition(cursor);
  if (cursor.at("with")) cursor.refuse("WAIT_AT_LOW_PRIORITY");
  return { kind: "switch", target, from, to };
}

function parsePartition(cursor: TokenCursor): Expression | undefined {
  return cursor.take("partition") ? cursor.grammar.expression(cursor) : undefined;
}
