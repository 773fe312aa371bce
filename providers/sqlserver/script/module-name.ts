import { quoteName, quotePath } from "../names.ts";

const BLANK = /\s+|--[^\n]*/y;
const WORD = /[A-Za-z]+/y;
const IDENTIFIER = /\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"|[\p{L}_@#][\p{L}\p{N}_@#$]*/uy;
const KINDS: ReadonlySet<string> = new Set([
  "VIEW",
  "PROCEDURE",
  "PROC",
  "FUNCTION",
  "TRIGGER",
  "DEFAULT",
  "RULE",
]);

/** Reads words and names of T-SQL, over comments, which nest in SQL Server. */
class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  #comment(): boolean {
    if (!this.#text.startsWith("/*", this.at)) return false;
    let depth = 0;
    do {
      const pair = this.#text.slice(this.at, this.at + 2);
      if (pair === "/*") depth += 1;
      else if (pair === "*/") depth -= 1;
      this.at += pair === "/*" || pair === "*/" ? 2 : 1;
    } while (depth > 0 && this.at < this.#text.length);
    return true;
  }

  skip(): void {
    while (this.#comment() || this.#match(BLANK) !== undefined);
  }

  word(): string {
    this.skip();
    return (this.#match(WORD) ?? "").toUpperCase();
  }

  /** One part of a name, without its quotes. */
  name(): string | undefined {
    const found = this.#match(IDENTIFIER);
    if (found?.startsWith("[")) return found.slice(1, -1).replaceAll("]]", "]");
    return found?.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found;
  }

  dot(): boolean {
    const before = this.at;
    this.skip();
    if (this.#text[this.at] === ".") {
      this.at += 1;
      this.skip();
      return true;
    }
    this.at = before;
    return false;
  }
}

interface NameSpan {
  readonly start: number;
  readonly end: number;
  readonly parts: readonly string[];
}

function findName(definition: string): NameSpan | undefined {
  const scanner = new Scanner(definition);
  if (scanner.word() !== "CREATE") return undefined;
  let kind = scanner.word();
  if (kind === "OR") {
    scanner.word();
    kind = scanner.word();
  }
  if (!KINDS.has(kind)) return undefined;
  scanner.skip();
  const start = scanner.at;
  const parts: string[] = [];
  do {
    const part = scanner.name();
    if (part === undefined) return undefined;
    parts.push(part);
  } while (scanner.dot());
  return { start, end: scanner.at, parts };
}

export interface ModuleName {
  /** Empty for a trigger on the database, which has no schema. */
  readonly schema: string;
  readonly name: string;
}

/**
 * The text of a module, changed only where it would create something of another name: `sp_rename` leaves the old name in
 * the text, and a text without a schema was created under its author's default schema.
 */
export function withOwnName(definition: string, { schema, name }: ModuleName): string {
  const found = findName(definition);
  if (found === undefined) return definition;
  const [last, owner] = found.parts.toReversed();
  const isOwn = last === name && (owner ?? (schema === "" ? "" : "dbo")) === schema;
  if (isOwn) return definition;
  const path = schema === "" ? quoteName(name) : quotePath(schema, name);
  return `${definition.slice(0, found.start)}${path}${definition.slice(found.end)}`;
}
