import type {
  AlterSequenceStatement,
  CreateDefaultStatement,
  CreateRuleStatement,
  CreateSequenceStatement,
  CreateSynonymStatement,
  CreateTypeStatement,
  DropObjectStatement,
  SequenceOptions,
} from "./ast-tables.ts";
import { FROM } from "./keywords.ts";
import { parseObjectName, parseSignedInteger, parseType } from "./names.ts";
import { parseOptionList } from "./option-parser.ts";
import { parseTableElements } from "./table-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind CREATE TYPE. */
export function parseCreateType(cursor: TokenCursor, mark: number): CreateTypeStatement {
  const name = parseObjectName(cursor);
  if (cursor.takeWords("as", "table")) {
    const elements = parseTableElements(cursor);
    const options = cursor.take("with") ? parseOptionList(cursor) : [];
    const definition = { kind: "table", elements, options } as const;
    return { kind: "create_type", name, definition, ...cursor.span(mark) };
  }
  if (cursor.at("external")) cursor.refuse("EXTERNAL NAME");
  cursor.expect(FROM);
  const base = parseType(cursor);
  const nullable = parseNullability(cursor);
  const definition = { kind: "alias", base, nullable } as const;
  return { kind: "create_type", name, definition, ...cursor.span(mark) };
}

function parseNullability(cursor: TokenCursor): boolean | undefined {
  if (cursor.take("null")) return true;
  return cursor.takeWords("not", "null") ? false : undefined;
}

/** Behind CREATE SEQUENCE. */
export function parseCreateSequence(cursor: TokenCursor, mark: number): CreateSequenceStatement {
  const name = parseObjectName(cursor);
  const type = cursor.take("as") ? parseType(cursor) : undefined;
  const options = parseSequenceOptions(cursor);
  return { kind: "create_sequence", name, type, options, ...cursor.span(mark) };
}

/** Behind ALTER SEQUENCE. */
export function parseAlterSequence(cursor: TokenCursor, mark: number): AlterSequenceStatement {
  const name = parseObjectName(cursor);
  const options = parseSequenceOptions(cursor);
  return { kind: "alter_sequence", name, options, ...cursor.span(mark) };
}

type SequenceDraft = { -readonly [Name in keyof SequenceOptions]: SequenceOptions[Name] };

function parseSequenceOptions(cursor: TokenCursor): SequenceOptions {
  const draft: SequenceDraft = {
    start: undefined,
    restart: undefined,
    increment: undefined,
    minimum: undefined,
    maximum: undefined,
    cycle: undefined,
    cache: undefined,
  };
  while (parseSequenceOption(cursor, draft));
  return draft;
}

function parseSequenceOption(cursor: TokenCursor, draft: SequenceDraft): boolean {
  switch (
    cursor.takeAny("start", "restart", "increment", "minvalue", "maxvalue", "cycle", "cache", "no")
  ) {
    case "start":
      cursor.expect("with");
      draft.start = parseSignedInteger(cursor);
      return true;
    case "restart":
      draft.restart = cursor.take("with") ? parseSignedInteger(cursor) : "none";
      return true;
    case "increment":
      cursor.expect("by");
      draft.increment = parseSignedInteger(cursor);
      return true;
    case "minvalue":
      draft.minimum = parseSignedInteger(cursor);
      return true;
    case "maxvalue":
      draft.maximum = parseSignedInteger(cursor);
      return true;
    case "cycle":
      draft.cycle = true;
      return true;
    case "cache":
      draft.cache = cursor.kind === "integer" ? parseSignedInteger(cursor) : "default";
      return true;
    case "no":
      parseNegativeOption(cursor, draft);
      return true;
    case undefined:
      return false;
  }
}

function parseNegativeOption(cursor: TokenCursor, draft: SequenceDraft): void {
  switch (cursor.expectAny("minvalue", "maxvalue", "cycle", "cache")) {
    case "minvalue":
      draft.minimum = "none";
      break;
    case "maxvalue":
      draft.maximum = "none";
      break;
    case "cycle":
      draft.cycle = false;
      break;
    case "cache":
      draft.cache = "none";
      break;
  }
}

/** Behind CREATE SYNONYM. */
export function parseCreateSynonym(cursor: TokenCursor, mark: number): CreateSynonymStatement {
  const name = parseObjectName(cursor);
  cursor.expect("for");
  const target = parseObjectName(cursor);
  return { kind: "create_synonym", name, target, ...cursor.span(mark) };
}

/** Behind CREATE DEFAULT. */
export function parseCreateDefault(cursor: TokenCursor, mark: number): CreateDefaultStatement {
  const name = parseObjectName(cursor);
  cursor.expect("as");
  const expression = cursor.grammar.expression(cursor);
  return { kind: "create_default", name, expression, ...cursor.span(mark) };
}

/** Behind CREATE RULE. */
export function parseCreateRule(cursor: TokenCursor, mark: number): CreateRuleStatement {
  const name = parseObjectName(cursor);
  cursor.expect("as");
  const condition = cursor.grammar.predicate(cursor);
  return { kind: "create_rule", name, condition, ...cursor.span(mark) };
}

/** Behind DROP and the word for what is dropped. */
export function parseDropObject(
  cursor: TokenCursor,
  mark: number,
  type: DropObjectStatement["type"],
): DropObjectStatement {
  const ifExists = cursor.takeWords("if", "exists");
  const names = cursor.list(parseObjectName);
  const triggerScope = type === "trigger" ? parseScope(cursor) : "object";
  return { kind: "drop_object", type, ifExists, names, triggerScope, ...cursor.span(mark) };
}

function parseScope(cursor: TokenCursor): DropObjectStatement["triggerScope"] {
  if (!cursor.take("on")) return "object";
  if (cursor.take("database")) return "database";
  cursor.expect("all", "server");
  return "server";
}
