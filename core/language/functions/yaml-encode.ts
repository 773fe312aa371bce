import { formatNumber } from "../values/number-format.ts";
import type { MappingValue, SequenceValue, Value } from "../values/value.ts";

/** Lines of quoted text are broken at spaces behind this column. */
const WIDTH = 80;

/** Longer keys, in bytes, are written behind `? `. */
const LONGEST_SIMPLE_KEY = 128;

/** The YAML text of a wholly known value, byte for byte as the reference implementation (libyaml's emitter) writes it. */
export function encodeYaml(value: Value): string {
  const writer = new YamlWriter();
  writer.node(value, { indent: -1, role: "root" });
  return writer.finish();
}

interface Place {
  /** Of the collection around it; -1 for none. */
  readonly indent: number;
  readonly role: "root" | "item" | "value" | "key" | "simple key";
}

class YamlWriter {
  #text = "";
  #column = 0;
  /** What was written last separates. */
  #whitespace = true;
  /** The line holds nothing but indentation so far. */
  #indention = true;
  /** The text ends in something that more text could belong to: a plain scalar alone. */
  #openEnded = false;

  node(value: Value, place: Place): void {
    switch (value.kind) {
      case "string":
        return this.#string(value.content, place);
      case "number":
        return this.#plain(numberText(value.content), place);
      case "bool":
        return this.#plain(String(value.content), place);
      case "null":
      case "unknown":
        return this.#plain("null", place);
      case "sequence":
        return this.#sequence(value, place);
      case "mapping":
        return this.#mapping(value, place);
      default:
        return value satisfies never;
    }
  }

  finish(): string {
    this.#newline(0);
    if (this.#openEnded) {
      this.#indicator("...");
      this.#newline(0);
    }
    return this.#text;
  }

  #put(text: string): void {
    this.#text += text;
    this.#column += text.length;
  }

  #break(): void {
    this.#text += "\n";
    this.#column = 0;
  }

  /** Goes to that column of a line of its own. */
  #newline(indent: number): void {
    const isUsed = this.#column > indent || (this.#column === indent && !this.#whitespace);
    if (!this.#indention || isUsed) this.#break();
    this.#put(" ".repeat(Math.max(0, indent - this.#column)));
    this.#whitespace = true;
    this.#indention = true;
  }

  #indicator(text: string, { glued = false, indents = false } = {}): void {
    if (!glued && !this.#whitespace) this.#put(" ");
    this.#put(text);
    this.#whitespace = false;
    this.#indention &&= indents;
    this.#openEnded = false;
  }

  #sequence({ content }: SequenceValue, { indent, role }: Place): void {
    if (content.length === 0) return this.#indicator("[]");
    const isIndentless = (role === "value" || role === "key") && !this.#indention;
    const inner = indent < 0 ? 0 : indent + (isIndentless ? 0 : 2);
    for (const each of content) {
      this.#newline(inner);
      this.#indicator("-", { indents: true });
      this.node(each, { indent: inner, role: "item" });
    }
  }

  #mapping({ content }: MappingValue, { indent }: Place): void {
    if (content.size === 0) return this.#indicator("{}");
    const inner = indent < 0 ? 0 : indent + 2;
    for (const [name, value] of content) {
      this.#newline(inner);
      if (isSimpleKey(name)) {
        this.#string(name, { indent: inner, role: "simple key" });
        this.#indicator(":", { glued: true });
      } else {
        this.#indicator("?", { indents: true });
        this.#string(name, { indent: inner, role: "key" });
        this.#newline(inner);
        this.#indicator(":", { indents: true });
      }
      this.node(value, { indent: inner, role: "value" });
    }
  }

  #plain(text: string, { role }: Place): void {
    if (!this.#whitespace) this.#put(" ");
    this.#put(text);
    this.#whitespace = false;
    this.#indention = false;
    if (role === "root") this.#openEnded = true;
  }

  #string(text: string, { indent, role }: Place): void {
    const inner = indent < 0 ? 2 : indent + 2;
    const isLiteral = role !== "simple key" && text.includes("\n") && fitsLiteral(text);
    if (isLiteral) this.#literal(text, inner);
    else this.#quoted(text, role === "simple key" ? undefined : inner);
  }

  #literal(text: string, indent: number): void {
    const hint = /^[ \n]/.test(text) ? "2" : "";
    this.#indicator(`|${hint}${chompingOf(text)}`);
    this.#break();
    this.#indention = true;
    this.#whitespace = true;
    let isLineStart = true;
    for (const character of text) {
      if (character === "\n") {
        this.#break();
        this.#indention = true;
        isLineStart = true;
        continue;
      }
      if (isLineStart) this.#newline(indent);
      this.#put(character);
      this.#indention = false;
      isLineStart = false;
    }
  }

  /** Breaks lines where `indent` says how far to indent them. */
  #quoted(text: string, indent: number | undefined): void {
    const characters = Array.from(text);
    let afterSpace = false;
    this.#indicator('"');
    for (const [at, character] of characters.entries()) {
      const isInside = at > 0 && at < characters.length - 1;
      const breaks = character === " " && !afterSpace && isInside && this.#column > WIDTH;
      if (breaks && indent !== undefined) {
        this.#newline(indent);
        if (characters[at + 1] === " ") this.#put("\\");
      } else if (isPlainInQuotes(character)) {
        this.#put(character);
      } else {
        this.#put(escape(character));
      }
      afterSpace = character === " ";
    }
    this.#indicator('"', { glued: true });
  }
}

const BREAK = /[\n\r\u0085\u2028\u2029]/;

function isSimpleKey(name: string): boolean {
  return !BREAK.test(name) && Buffer.byteLength(name) <= LONGEST_SIMPLE_KEY;
}

/**
 * A space before a line break or at the end would be lost, and what cannot be printed needs an escape. libyaml would also
 * take texts with the line breaks of Unicode, and parsers of YAML 1.2 would read something else.
 */
function fitsLiteral(text: string): boolean {
  if (/ (?:\n|$)|[\u2028\u2029]/.test(text)) return false;
  return Array.from(text).every(isPrintable);
}

function isPrintable(character: string): boolean {
  return /^[\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/.test(character);
}

function isPlainInQuotes(character: string): boolean {
  return (
    isPrintable(character) && !BREAK.test(character) && character !== '"' && character !== "\\"
  );
}

/** How the line breaks at the end are kept: all of them, exactly one, or none. */
function chompingOf(text: string): "+" | "" | "-" {
  if (!text.endsWith("\n")) return "-";
  return text === "\n" || text.endsWith("\n\n") ? "+" : "";
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\u0085": "N",
  "\u2028": "L",
  "\u2029": "P",
};

function escape(character: string): string {
  const short = ESCAPES[character];
  if (short !== undefined) return `\\${short}`;
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

function numberText(content: Parameters<typeof formatNumber>[0]): string {
  if (content === Number.POSITIVE_INFINITY) return "+Inf";
  return content === Number.NEGATIVE_INFINITY ? "-Inf" : formatNumber(content);
}
