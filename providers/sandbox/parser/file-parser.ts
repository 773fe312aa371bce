import type { FileSize, FileSpecification } from "./ast-databases.ts";
import { isName, parseIdentifier, parseNumber, parseString } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

type Draft = {
  -readonly [Name in Exclude<
    keyof FileSpecification,
    "line" | "start" | "end"
  >]: FileSpecification[Name];
};

/** `(NAME = a, FILENAME = '…', SIZE = 8MB, MAXSIZE = UNLIMITED, FILEGROWTH = 10%)`. */
export function parseFile(cursor: TokenCursor): FileSpecification {
  const mark = cursor.position;
  const draft: Draft = {
    name: undefined,
    newName: undefined,
    fileName: undefined,
    size: undefined,
    maxSize: undefined,
    growth: undefined,
    offline: false,
  };
  cursor.parenthesized(() => parseProperty(cursor, draft));
  return { ...draft, ...cursor.span(mark) };
}

function parseProperty(cursor: TokenCursor, draft: Draft): void {
  if (cursor.take("offline")) {
    draft.offline = true;
    return;
  }
  const property = cursor.expectAny("name", "newname", "filename", "size", "maxsize", "filegrowth");
  cursor.expect("=");
  switch (property) {
    case "name":
      draft.name = parseFileName(cursor);
      break;
    case "newname":
      draft.newName = parseFileName(cursor);
      break;
    case "filename":
      draft.fileName = parseString(cursor);
      break;
    case "size":
      draft.size = parseSize(cursor);
      break;
    case "maxsize":
      draft.maxSize = cursor.take("unlimited") ? "unlimited" : parseSize(cursor);
      break;
    case "filegrowth":
      draft.growth = parseSize(cursor);
      break;
  }
}

function parseFileName(cursor: TokenCursor): string {
  return isName(cursor) ? parseIdentifier(cursor).value : parseString(cursor);
}

function parseSize(cursor: TokenCursor): FileSize {
  const amount = parseNumber(cursor);
  const unit = cursor.takeAny("kb", "mb", "gb", "tb", "%", "percent") ?? "mb";
  return { amount, unit: unit === "percent" ? "%" : unit };
}
