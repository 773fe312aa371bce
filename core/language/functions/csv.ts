/** A record and the line that it starts on. */
interface CsvRecord {
  readonly fields: readonly string[];
  /** From 1. */
  readonly line: number;
}

export class CsvError extends Error {
  override readonly name = "CsvError";

  constructor(line: number, problem: string) {
    super(`CSV parse error on line ${line}: ${problem}`);
  }
}

/**
 * Reads comma-separated values by the rules of RFC 4180 and of Go's reader: empty lines are left out, CRLF ends a line
 * like LF (also inside quotes), a quote may stand only around a whole field. Throws CsvError.
 */
export function* readCsv(text: string): Generator<CsvRecord> {
  const reader = new CsvReader(text);
  for (let record = reader.read(); record !== undefined; record = reader.read()) yield record;
}

class CsvReader {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    const normal = text.replaceAll("\r\n", "\n");
    this.#text = normal.endsWith("\r") ? normal.slice(0, -1) : normal;
  }

  read(): CsvRecord | undefined {
    while (this.#text[this.#at] === "\n") this.#newline();
    if (this.#at >= this.#text.length) return undefined;
    const line = this.#line;
    const fields = [this.#field()];
    while (this.#text[this.#at] === ",") {
      this.#at += 1;
      fields.push(this.#field());
    }
    if (this.#text[this.#at] === "\n") this.#newline();
    return { fields, line };
  }

  #newline(): void {
    this.#at += 1;
    this.#line += 1;
  }

  /** Leaves the reader at a comma, a line break or the end. */
  #field(): string {
    if (this.#text[this.#at] === '"') return this.#quotedField();
    const rest = /[^,\n]*/y;
    rest.lastIndex = this.#at;
    const [field = ""] = rest.exec(this.#text) ?? [];
    if (field.includes('"')) throw new CsvError(this.#line, 'bare " in non-quoted-field');
    this.#at += field.length;
    return field;
  }

  #quotedField(): string {
    let field = "";
    let from = this.#at + 1;
    for (;;) {
      const quote = this.#text.indexOf('"', from);
      if (quote < 0) throw this.#brokenQuotes(this.#text.trimEnd().length);
      field += this.#text.slice(from, quote);
      const next = this.#text[quote + 1];
      if (next === undefined || next === "," || next === "\n") {
        this.#line += field.split("\n").length - 1;
        this.#at = quote + 1;
        return field;
      }
      if (next !== '"') throw this.#brokenQuotes(quote);
      field += '"';
      from = quote + 2;
    }
  }

  #brokenQuotes(at: number): CsvError {
    const breaks = this.#text.slice(this.#at, at).split("\n").length - 1;
    return new CsvError(this.#line + breaks, 'extraneous or missing " in quoted-field');
  }
}
