import type { Identifier, TypeReference } from "./ast-expressions.ts";
import type {
  ColumnConstraint,
  ColumnElement,
  ComputedColumn,
  IdentityClause,
  InlineIndex,
} from "./ast-tables.ts";
import { isConstraintAhead, parseColumnConstraint } from "./constraint-parser.ts";
import { parseInlineIndex } from "./index-parser.ts";
import { isName, parseIdentifier, parseSignedInteger, parseString, parseType } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** A column while its attributes are being read. */
interface ColumnDraft {
  readonly name: Identifier;
  type: TypeReference | undefined;
  computed: ComputedColumn | undefined;
  collation: string | undefined;
  nullable: boolean | undefined;
  identity: IdentityClause | undefined;
  rowGuid: boolean;
  sparse: boolean;
  fileStream: boolean;
  hidden: boolean;
  generatedAlways: string | undefined;
  mask: string | undefined;
  readonly constraints: ColumnConstraint[];
  index: InlineIndex | undefined;
}

export function parseColumn(cursor: TokenCursor): ColumnElement {
  const mark = cursor.position;
  const draft = startColumn(parseIdentifier(cursor));
  if (cursor.at("as")) draft.computed = parseComputed(cursor);
  else if (isName(cursor) || cursor.atAny("national", "double")) draft.type = parseType(cursor);
  else if (draft.name.value.toLowerCase() !== "timestamp") cursor.fail();
  while (parseAttribute(cursor, draft) || parseConstraint(cursor, draft));
  return { kind: "column_definition", ...draft, ...cursor.span(mark) };
}

function startColumn(name: Identifier): ColumnDraft {
  return {
    name,
    type: undefined,
    computed: undefined,
    collation: undefined,
    nullable: undefined,
    identity: undefined,
    rowGuid: false,
    sparse: false,
    fileStream: false,
    hidden: false,
    generatedAlways: undefined,
    mask: undefined,
    constraints: [],
    index: undefined,
  };
}

function parseComputed(cursor: TokenCursor): ComputedColumn {
  cursor.expect("as");
  const mark = cursor.position;
  const expression = cursor.grammar.expression(cursor);
  const span = cursor.span(mark);
  return { expression, persisted: cursor.take("persisted"), ...span };
}

function parseConstraint(cursor: TokenCursor, draft: ColumnDraft): boolean {
  if (isConstraintAhead(cursor)) {
    draft.constraints.push(parseColumnConstraint(cursor));
    return true;
  }
  if (!cursor.at("index")) return false;
  draft.index = parseInlineIndex(cursor, draft.name);
  return true;
}

/** What each attribute does to the column; each starts behind its first word. */
const ATTRIBUTES: ReadonlyMap<string, (cursor: TokenCursor, draft: ColumnDraft) => void> = new Map<
  string,
  (cursor: TokenCursor, draft: ColumnDraft) => void
>([
  [
    "null",
    (_, draft) => {
      draft.nullable = true;
    },
  ],
  [
    "not",
    (cursor, draft) => {
      cursor.expect("null");
      draft.nullable = false;
    },
  ],
  [
    "collate",
    (cursor, draft) => {
      draft.collation = parseIdentifier(cursor).value;
    },
  ],
  [
    "identity",
    (cursor, draft) => {
      draft.identity = parseIdentity(cursor);
    },
  ],
  [
    "rowguidcol",
    (_, draft) => {
      draft.rowGuid = true;
    },
  ],
  [
    "sparse",
    (_, draft) => {
      draft.sparse = true;
    },
  ],
  [
    "filestream",
    (_, draft) => {
      draft.fileStream = true;
    },
  ],
  [
    "hidden",
    (_, draft) => {
      draft.hidden = true;
    },
  ],
  [
    "generated",
    (cursor, draft) => {
      draft.generatedAlways = parseGenerated(cursor);
    },
  ],
  [
    "masked",
    (cursor, draft) => {
      draft.mask = parseMask(cursor);
    },
  ],
  ["encrypted", (cursor) => cursor.refuse("ENCRYPTED WITH")],
  ["column_set", (cursor) => cursor.refuse("COLUMN_SET")],
]);

function parseAttribute(cursor: TokenCursor, draft: ColumnDraft): boolean {
  const attribute = ATTRIBUTES.get(cursor.word);
  if (attribute === undefined) return false;
  cursor.advance();
  attribute(cursor, draft);
  return true;
}

function parseIdentity(cursor: TokenCursor): IdentityClause {
  const mark = cursor.position - 1;
  let seed = "1";
  let increment = "1";
  if (cursor.take("(")) {
    seed = parseSignedInteger(cursor);
    cursor.expect(",");
    increment = parseSignedInteger(cursor);
    cursor.expect(")");
  }
  const notForReplication = cursor.takeWords("not", "for", "replication");
  return { seed, increment, notForReplication, ...cursor.span(mark) };
}

function parseGenerated(cursor: TokenCursor): string {
  cursor.expect("always", "as");
  const what = cursor.expectAny("row", "transaction_id", "sequence_number");
  return `${what} ${cursor.expectAny("start", "end")}`;
}

/** `WITH (FUNCTION = 'email()')`, behind MASKED. */
export function parseMask(cursor: TokenCursor): string {
  cursor.expect("with", "(", "function", "=");
  const mask = parseString(cursor);
  cursor.expect(")");
  return mask;
}
