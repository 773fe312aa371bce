import type { ModuleOptions } from "./ast-modules.ts";
import { isName, parseString } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

type Draft = { -readonly [Name in keyof ModuleOptions]: ModuleOptions[Name] };

/** `WITH SCHEMABINDING, EXECUTE AS OWNER`; nothing without WITH. */
export function parseModuleOptions(cursor: TokenCursor): ModuleOptions {
  const draft: Draft = {
    schemaBinding: false,
    encryption: false,
    recompile: false,
    viewMetadata: false,
    nativeCompilation: false,
    returnsNullOnNullInput: false,
    executeAs: undefined,
  };
  if (cursor.take("with")) cursor.list(() => parseOption(cursor, draft));
  return draft;
}

function parseOption(cursor: TokenCursor, draft: Draft): void {
  switch (cursor.word) {
    case "schemabinding":
      draft.schemaBinding = true;
      break;
    case "encryption":
      draft.encryption = true;
      break;
    case "recompile":
      draft.recompile = true;
      break;
    case "view_metadata":
      draft.viewMetadata = true;
      break;
    case "native_compilation":
      draft.nativeCompilation = true;
      break;
    default:
      return parseLongOption(cursor, draft);
  }
  cursor.advance();
}

function parseLongOption(cursor: TokenCursor, draft: Draft): void {
  if (cursor.takeAny("exec", "execute") !== undefined) {
    cursor.expect("as");
    draft.executeAs = parseExecuteAs(cursor);
    return;
  }
  if (cursor.takeWords("called", "on", "null", "input")) return;
  if (cursor.take("inline")) {
    cursor.expect("=");
    cursor.expectAny("on", "off");
    return;
  }
  cursor.expect("returns", "null", "on", "null", "input");
  draft.returnsNullOnNullInput = true;
}

function parseExecuteAs(cursor: TokenCursor): ModuleOptions["executeAs"] {
  if (isName(cursor)) return { type: cursor.expectAny("caller", "self", "owner") };
  return { type: "user", name: parseString(cursor) };
}
