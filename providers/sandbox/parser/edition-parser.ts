import type { CopySource, EditionOption } from "./ast-databases.ts";
import { parseIdentifier, parseString } from "./names.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** `(EDITION = 'Standard', SERVICE_OBJECTIVE = 'S3', MAXSIZE = 250 GB)`; none where no parenthesis stands. */
export function parseEditionOptions(cursor: TokenCursor): EditionOption[] {
  return cursor.at("(") ? cursor.parenthesized(parseEditionOption) : [];
}

function parseEditionOption(cursor: TokenCursor): EditionOption {
  switch (cursor.expectAny("edition", "service_objective", "maxsize")) {
    case "edition":
      cursor.expect("=");
      return { name: "edition", value: parseString(cursor) };
    case "service_objective":
      cursor.expect("=");
      return parseObjective(cursor);
    case "maxsize": {
      cursor.expect("=");
      const amount = Number(cursor.source);
      if (cursor.kind !== "integer") cursor.fail();
      cursor.advance();
      const unit = cursor.expectAny("mb", "gb");
      return { name: "maxsize", bytes: amount * (unit === "gb" ? 2 ** 30 : 2 ** 20) };
    }
  }
}

function parseObjective(cursor: TokenCursor): EditionOption {
  if (!cursor.take("elastic_pool"))
    return { name: "service_objective", value: parseString(cursor) };
  cursor.expect("(", "name", "=");
  const isText = cursor.kind === "string" || cursor.kind === "national_string";
  const pool = isText ? parseString(cursor) : parseIdentifier(cursor).value;
  cursor.expect(")");
  return { name: "elastic_pool", value: pool };
}

/** Behind AS COPY OF: `[server.]database`. */
export function parseCopySource(cursor: TokenCursor): CopySource {
  const first = parseIdentifier(cursor);
  if (!cursor.take(".")) return { server: undefined, database: first };
  return { server: first, database: parseIdentifier(cursor) };
}
