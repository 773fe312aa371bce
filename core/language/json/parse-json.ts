import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceFile } from "../source-file.ts";
import { didYouMean } from "../suggestion.ts";
import type { Span } from "../syntax/expression-node.ts";
import { DEPTH_LIMIT, DIAGNOSTIC_LIMIT } from "../syntax/token-reader.ts";
import { tryParseNumber } from "../values/exact-number.ts";
import type { JsonNode, JsonProperty, JsonString } from "./json-node.ts";
import { JSON_PROBLEMS, type JsonProblem, jsonProblem } from "./json-problem.ts";
import { jsonText } from "./json-text.ts";
import { type JsonTokenKind, JsonTokens } from "./json-tokens.ts";

/** Thrown once nothing more is to be read: too deep, or too many diagnostics. */
class Stop extends Error {}

/**
 * Reads a JSON text with recovery: after a fault it goes on with the next element or property.
 * Adds what is wrong to `diagnostics`, at most 50; undefined where nothing could be read.
 */
export function parseJson(file: SourceFile, diagnostics: Diagnostic[]): JsonNode | undefined {
  const parser = new JsonParser(file, diagnostics);
  try {
    return parser.whole();
  } catch (stop) {
    if (!(stop instanceof Stop)) throw stop;
    return undefined;
  }
}

type Container = "object" | "array";

const CLOSE = { object: "}", array: "]" } as const;
const WRONG_CLOSE = { object: "]", array: "}" } as const;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const FOREIGN_WORDS: ReadonlySet<string> = new Set(["undefined", "NaN", "Infinity"]);

class JsonParser {
  readonly #file: SourceFile;
  readonly #diagnostics: Diagnostic[];
  readonly #tokens: JsonTokens;
  /** What is open around the place of reading. */
  readonly #open: Container[] = [];
  /** That the text ends too early is said once. */
  #hasToldEnd = false;

  constructor(file: SourceFile, diagnostics: Diagnostic[]) {
    this.#file = file;
    this.#diagnostics = diagnostics;
    this.#tokens = new JsonTokens(file.text);
    this.#passComments();
  }

  whole(): JsonNode {
    const node = this.#value();
    if (this.#tokens.kind !== "end" && this.#diagnostics.length === 0) {
      this.#report(JSON_PROBLEMS.extraneous);
    }
    return node;
  }

  /** Goes to the next token and gives the place of the one before. */
  #take(): Span {
    const { start, end } = this.#tokens;
    this.#tokens.next();
    this.#passComments();
    return { start, end };
  }

  #passComments(): void {
    while (this.#tokens.kind === "comment") {
      this.#report(JSON_PROBLEMS.comment);
      this.#tokens.next();
    }
  }

  #report(problem: JsonProblem, at: Span = this.#tokens): void {
    this.#diagnostics.push(jsonProblem(this.#file, problem, at));
    if (this.#diagnostics.length >= DIAGNOSTIC_LIMIT) throw new Stop();
  }

  #value(): JsonNode {
    if (this.#isAt("{")) return this.#object();
    if (this.#isAt("[")) return this.#array();
    if (this.#isAt("string") || this.#isAt("open string")) return this.#string();
    if (this.#isAt("number")) return this.#number();
    if (this.#isAt("word")) return this.#word();
    return this.#noValue(this.#isAt("end") ? JSON_PROBLEMS.nothing : JSON_PROBLEMS.noValue);
  }

  /** Reports what stands there instead of a value, and goes to the end of the element. */
  #noValue(problem: JsonProblem): JsonNode {
    const { start, end } = this.#tokens;
    if (!this.#hasToldEnd) this.#report(problem);
    if (this.#isAt("end")) this.#hasToldEnd = true;
    this.#skip();
    return { kind: "invalid", start, end };
  }

  /** Goes to the comma or bracket that ends the element at hand. */
  #skip(): void {
    let depth = 0;
    for (;;) {
      const { kind } = this.#tokens;
      if (kind === "end") return;
      if (depth === 0 && (kind === "," || kind === "}" || kind === "]")) return;
      if (kind === "{" || kind === "[") depth += 1;
      else if (kind === "}" || kind === "]") depth -= 1;
      this.#take();
    }
  }

  #enter(container: Container): Span {
    if (this.#open.length >= DEPTH_LIMIT) {
      this.#report(JSON_PROBLEMS.tooDeep);
      throw new Stop();
    }
    this.#open.push(container);
    const open = this.#take();
    this.#expectMore();
    return open;
  }

  #object(): JsonNode {
    const open = this.#enter("object");
    const properties: JsonProperty[] = [];
    while (!this.#isOver("object")) {
      const property = this.#property();
      if (property !== undefined) properties.push(property);
      if (this.#separator("object")) break;
    }
    return { kind: "object", properties, start: open.start, end: this.#close("object", open) };
  }

  #array(): JsonNode {
    const open = this.#enter("array");
    const elements: JsonNode[] = [];
    while (!this.#isOver("array")) {
      elements.push(this.#value());
      if (this.#separator("array")) break;
    }
    return { kind: "array", elements, start: open.start, end: this.#close("array", open) };
  }

  #isAt(kind: JsonTokenKind): boolean {
    return this.#tokens.kind === kind;
  }

  #isOver(container: Container): boolean {
    return this.#isAt("end") || this.#isAt(CLOSE[container]) || this.#isAt(WRONG_CLOSE[container]);
  }

  /** Reads what stands between two elements; true where the container ends. */
  #separator(container: Container): boolean {
    if (this.#isOver(container)) return true;
    if (this.#isAt(",")) {
      const comma = this.#take();
      const isLast = this.#isAt(CLOSE[container]);
      if (isLast) this.#report(JSON_PROBLEMS.trailingComma[container], comma);
      this.#expectMore();
      return isLast;
    }
    const isColon = container === "array" && this.#isAt(":");
    this.#report(isColon ? JSON_PROBLEMS.colonInArray : JSON_PROBLEMS.missingComma[container]);
    if (this.#isAt("string")) return false;
    this.#skip();
    if (this.#isAt(",")) this.#take();
    return false;
  }

  /** The text may not end here. */
  #expectMore(): void {
    if (!this.#isAt("end") || this.#hasToldEnd) return;
    this.#report(JSON_PROBLEMS.nothing);
    this.#hasToldEnd = true;
  }

  /** Reads the closing bracket and gives where it ends. A wrong one closes what is open around. */
  #close(container: Container, open: Span): number {
    this.#open.pop();
    const { start } = this.#tokens;
    if (this.#isAt(CLOSE[container])) return this.#take().end;
    if (this.#isAt("end")) {
      if (!this.#hasToldEnd) this.#report(JSON_PROBLEMS.unclosed[container], open);
      this.#hasToldEnd = true;
      return start;
    }
    this.#report(JSON_PROBLEMS.mismatched[container]);
    const isOuter = this.#open.includes(container === "object" ? "array" : "object");
    return isOuter ? start : this.#take().end;
  }

  #property(): JsonProperty | undefined {
    if (!this.#isAt("string") && !this.#isAt("open string")) {
      this.#noValue(JSON_PROBLEMS.noName);
      return undefined;
    }
    const name = this.#string();
    if (this.#isAt(":")) {
      this.#take();
      return { name, value: this.#value() };
    }
    if (this.#isAt("}") || this.#isAt(",")) this.#report(JSON_PROBLEMS.missingValue);
    else if (this.#isAt("=")) this.#noValue(JSON_PROBLEMS.equalsSign);
    else this.#noValue(JSON_PROBLEMS.missingColon);
    return undefined;
  }

  #string(): JsonString {
    const isClosed = this.#tokens.kind === "string";
    const span = this.#take();
    const end = isClosed ? span.end - 1 : span.end;
    const { text, wrongEscape } = jsonText(this.#file.text.slice(span.start + 1, end));
    if (!isClosed) this.#report(JSON_PROBLEMS.openString, span);
    else if (wrongEscape !== undefined) {
      const first = span.start + 1;
      const at = { start: first + wrongEscape.start, end: first + wrongEscape.end };
      this.#report(JSON_PROBLEMS.wrongEscape, at);
    }
    return { kind: "string", text, ...span };
  }

  #number(): JsonNode {
    const span = this.#take();
    const text = this.#file.text.slice(span.start, span.end);
    const isNumber = NUMBER.test(text);
    const content = isNumber ? tryParseNumber(text) : undefined;
    if (content !== undefined) return { kind: "number", content, ...span };
    this.#report(isNumber ? JSON_PROBLEMS.hugeNumber : JSON_PROBLEMS.wrongNumber, span);
    return { kind: "invalid", ...span };
  }

  #word(): JsonNode {
    const span = this.#take();
    const word = this.#file.text.slice(span.start, span.end);
    if (word === "true" || word === "false") {
      return { kind: "boolean", content: word === "true", ...span };
    }
    if (word === "null") return { kind: "null", ...span };
    const hint = FOREIGN_WORDS.has(word) ? "" : didYouMean(word, ["true", "false", "null"]);
    const { summary, detail } = JSON_PROBLEMS.wrongWord;
    this.#report({ summary, detail: detail + hint }, span);
    return { kind: "invalid", ...span };
  }
}
