import type { CreateFunctionStatement, FunctionResult, ModuleOptions } from "./ast-modules.ts";
import { parseModuleOptions } from "./module-option-parser.ts";
import { type ModuleStart, parseBody, parseFunctionParameters } from "./module-parser.ts";
import { parseObjectName, parseType, parseVariableName } from "./names.ts";
import { parseCommonTables, parseQuery } from "./query-parser.ts";
import { parseTableElements } from "./table-parser.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Behind CREATE FUNCTION. */
export function parseFunctionDefinition(
  cursor: TokenCursor,
  start: ModuleStart,
): CreateFunctionStatement {
  const { mark, ...verb } = start;
  const name = parseObjectName(cursor);
  const parameters = parseFunctionParameters(cursor);
  cursor.expect("returns");
  const { options, returns } = parseResult(cursor);
  return {
    kind: "create_function",
    ...verb,
    name,
    parameters,
    options,
    returns,
    ...cursor.span(mark),
  };
}

interface Definition {
  readonly options: ModuleOptions;
  readonly returns: FunctionResult;
}

function parseResult(cursor: TokenCursor): Definition {
  if (cursor.kind === "variable") return parseMultiStatement(cursor);
  if (cursor.take("table")) return parseInline(cursor);
  const type = parseType(cursor);
  const options = parseModuleOptions(cursor);
  if (cursor.atWords("external") || cursor.atWords("as", "external"))
    cursor.refuse("EXTERNAL NAME");
  cursor.take("as");
  if (!cursor.at("begin")) cursor.fail();
  return { options, returns: { kind: "scalar", type, body: parseBody(cursor) } };
}

function parseMultiStatement(cursor: TokenCursor): Definition {
  const variable = parseVariableName(cursor);
  cursor.expect("table");
  const elements = parseTableElements(cursor);
  const options = parseModuleOptions(cursor);
  cursor.take("as");
  if (!cursor.at("begin")) cursor.fail();
  const body = parseBody(cursor);
  return { options, returns: { kind: "multi_statement", variable, elements, body } };
}

/** `RETURN (query)` or `RETURN query`. */
function parseInline(cursor: TokenCursor): Definition {
  const options = parseModuleOptions(cursor);
  cursor.take("as");
  cursor.expect("return");
  const isWrapped = cursor.atWords("(", "with");
  if (isWrapped) cursor.advance();
  const ctes = parseCommonTables(cursor);
  const query = parseQuery(cursor);
  if (isWrapped) cursor.expect(")");
  cursor.take(";");
  return { options, returns: { kind: "inline", ctes, query } };
}
