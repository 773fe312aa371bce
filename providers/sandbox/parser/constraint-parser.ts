import type { Identifier } from "./ast-expressions.ts";
import type {
  CheckConstraint,
  ColumnConstraint,
  ForeignKeyConstraint,
  IndexColumn,
  KeyConstraint,
  NamedOption,
  ReferentialAction,
  StorageClauses,
  TableConstraint,
} from "./ast-tables.ts";
import { parseIdentifier, parseObjectName } from "./names.ts";
import { parseOptionList } from "./option-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

const FIRST_WORDS: ReadonlySet<string> = new Set([
  "constraint",
  "primary",
  "unique",
  "check",
  "references",
  "foreign",
  "default",
]);

export function isConstraintAhead(cursor: TokenCursor): boolean {
  return FIRST_WORDS.has(cursor.word);
}

/** A constraint behind a column's name. */
export function parseColumnConstraint(cursor: TokenCursor): ColumnConstraint {
  const mark = cursor.position;
  const name = takeName(cursor);
  switch (cursor.takeAny("primary", "unique", "check", "foreign", "references", "default")) {
    case "primary":
      cursor.expect("key");
      return { ...parseKey(cursor, { name, mark, primary: true }), columns: undefined };
    case "unique":
      return { ...parseKey(cursor, { name, mark, primary: false }), columns: undefined };
    case "check":
      return parseCheck(cursor, name, mark);
    case "foreign":
      cursor.expect("key", "references");
      return { ...parseReference(cursor, { name, mark, columns: [] }), columns: undefined };
    case "references":
      return { ...parseReference(cursor, { name, mark, columns: [] }), columns: undefined };
    case "default": {
      const expression = cursor.grammar.expression(cursor);
      const span = cursor.span(mark);
      const withValues = cursor.takeWords("with", "values");
      return { kind: "default_constraint", name, expression, withValues, ...span };
    }
    case undefined:
      return cursor.fail();
  }
}

/** A constraint among the elements of a table. */
export function parseTableConstraint(cursor: TokenCursor): TableConstraint {
  const mark = cursor.position;
  const name = takeName(cursor);
  switch (cursor.takeAny("primary", "unique", "check", "foreign", "default")) {
    case "primary":
      cursor.expect("key");
      return parseTableKey(cursor, { name, mark, primary: true });
    case "unique":
      return parseTableKey(cursor, { name, mark, primary: false });
    case "check":
      return parseCheck(cursor, name, mark);
    case "foreign": {
      cursor.expect("key");
      const columns = cursor.parenthesized(parseIdentifier);
      cursor.expect("references");
      return parseReference(cursor, { name, mark, columns });
    }
    case "default": {
      const expression = cursor.grammar.expression(cursor);
      cursor.expect("for");
      const column = parseIdentifier(cursor);
      const withValues = cursor.takeWords("with", "values");
      const span = cursor.span(mark);
      return { kind: "table_default_constraint", name, expression, column, withValues, ...span };
    }
    case undefined:
      return cursor.fail();
  }
}

interface ConstraintStart {
  readonly name: Identifier | undefined;
  readonly mark: number;
}

function takeName(cursor: TokenCursor): Identifier | undefined {
  return cursor.take("constraint") ? parseIdentifier(cursor) : undefined;
}

/** A key behind a column; SQL Server also lets it repeat the column there. */
function parseKey(
  cursor: TokenCursor,
  start: ConstraintStart & { primary: boolean },
): KeyConstraint {
  const clustered = takeClustered(cursor);
  const columns = cursor.at("(") ? cursor.parenthesized(parseIndexColumn) : [];
  return finishKey(cursor, { ...start, clustered, columns });
}

function parseTableKey(
  cursor: TokenCursor,
  start: ConstraintStart & { primary: boolean },
): KeyConstraint {
  const clustered = takeClustered(cursor);
  const columns = cursor.parenthesized(parseIndexColumn);
  return finishKey(cursor, { ...start, clustered, columns });
}

function finishKey(
  cursor: TokenCursor,
  key: ConstraintStart & Pick<KeyConstraint, "primary" | "clustered" | "columns">,
): KeyConstraint {
  const { name, mark, primary, clustered, columns } = key;
  const options = parseIndexOptions(cursor);
  const on = parseOn(cursor);
  return {
    kind: "key_constraint",
    name,
    primary,
    clustered,
    columns,
    options,
    on,
    ...cursor.span(mark),
  };
}

export function takeClustered(cursor: TokenCursor): boolean | undefined {
  const word = cursor.takeAny("clustered", "nonclustered");
  return word === undefined ? undefined : word === "clustered";
}

export function parseIndexColumn(cursor: TokenCursor): IndexColumn {
  const mark = cursor.position;
  const name = parseIdentifier(cursor);
  const descending = cursor.takeAny("asc", "desc") === "desc";
  return { name, descending, ...cursor.span(mark) };
}

/** `WITH (FILLFACTOR = 80)`, and `WITH FILLFACTOR = 80, PAD_INDEX` as before 2005. */
export function parseIndexOptions(cursor: TokenCursor): NamedOption[] {
  if (!cursor.take("with")) return [];
  return cursor.at("(") ? parseOptionList(cursor) : cursor.list(parseOldOption);
}

function parseOldOption(cursor: TokenCursor): NamedOption {
  const name = cursor.expectAny(
    "fillfactor",
    "pad_index",
    "ignore_dup_key",
    "drop_existing",
    "statistics_norecompute",
    "sort_in_tempdb",
    "sorted_data",
    "allow_dup_row",
  );
  if (name !== "fillfactor") return { name, value: true };
  cursor.expect("=");
  return { name, value: cursor.grammar.expression(cursor) };
}

/** `ON filegroup`, `ON scheme (column)`, `ON "default"`. */
export function parseOn(cursor: TokenCursor): StorageClauses["on"] {
  if (!cursor.at("on") || cursor.wordAt(1) === "delete" || cursor.wordAt(1) === "update") {
    return undefined;
  }
  cursor.advance();
  const name = parseStorageName(cursor);
  if (!cursor.take("(")) return { name, column: undefined };
  const column = parseIdentifier(cursor).value;
  cursor.expect(")");
  return { name, column };
}

/** `[PRIMARY]`, `"default"`; PRIMARY and DEFAULT are also understood bare. */
export function parseStorageName(cursor: TokenCursor): string {
  if (cursor.kind === "string") {
    const { shown } = cursor;
    cursor.advance();
    return shown;
  }
  return cursor.takeAny("primary", "default") ?? parseIdentifier(cursor).value;
}

function parseCheck(
  cursor: TokenCursor,
  name: Identifier | undefined,
  mark: number,
): CheckConstraint {
  const notForReplication = cursor.takeWords("not", "for", "replication");
  cursor.expect("(");
  const condition = cursor.grammar.predicate(cursor);
  cursor.expect(")");
  return { kind: "check_constraint", name, condition, notForReplication, ...cursor.span(mark) };
}

function parseReference(
  cursor: TokenCursor,
  start: ConstraintStart & { readonly columns: readonly Identifier[] },
): ForeignKeyConstraint {
  const referencedTable = parseObjectName(cursor);
  const referencedColumns = cursor.at("(") ? cursor.parenthesized(parseIdentifier) : undefined;
  let onDelete: ReferentialAction = "no_action";
  let onUpdate: ReferentialAction = "no_action";
  while (cursor.atWords("on", "delete") || cursor.atWords("on", "update")) {
    cursor.advance();
    if (cursor.expectAny("delete", "update") === "delete") onDelete = parseAction(cursor);
    else onUpdate = parseAction(cursor);
  }
  const notForReplication = cursor.takeWords("not", "for", "replication");
  return {
    kind: "foreign_key",
    name: start.name,
    columns: start.columns,
    referencedTable,
    referencedColumns,
    onDelete,
    onUpdate,
    notForReplication,
    ...cursor.span(start.mark),
  };
}

function parseAction(cursor: TokenCursor): ReferentialAction {
  if (cursor.takeWords("no", "action")) return "no_action";
  if (cursor.take("cascade")) return "cascade";
  cursor.expect("set");
  return cursor.expectAny("null", "default") === "null" ? "set_null" : "set_default";
}
