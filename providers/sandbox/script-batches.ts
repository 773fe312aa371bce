/** A part of a script that is sent to the server at once. */
export interface ScriptBatch {
  readonly sql: string;
  /** Line of the script, from 1, on which the batch starts; errors of the server count from there. */
  readonly line: number;
  /** How often it runs: `GO 5`. */
  readonly count: number;
}

const SEPARATOR = /^[ \t]*GO(?:[ \t]+(\d+))?[ \t]*(?:--.*)?$/i;
const LINE = /[^\r\n]*(?:\r\n|\r|\n|$)/g;
/** Without one of these a line of plain SQL ends as it began. */
const OPENING = /['"[/-]/;
const LINE_END = /[\r\n]+$/;

/** What a line starts within: plain SQL, a block comment (nested so deep), or a quoted text that ends with the character. */
type State = { readonly depth: number; readonly quote: string };

const PLAIN: State = { depth: 0, quote: "" };
const CLOSING: Readonly<Record<string, string>> = { "'": "'", '"': '"', "[": "]" };

function stepInComment(depth: number, pair: string): { next: State; width: number } {
  if (pair === "/*") return { next: { depth: depth + 1, quote: "" }, width: 2 };
  if (pair === "*/") return { next: { depth: depth - 1, quote: "" }, width: 2 };
  return { next: { depth, quote: "" }, width: 1 };
}

function stepInQuote(quote: string, pair: string): { next: State; width: number } {
  if (pair === quote + quote) return { next: { depth: 0, quote }, width: 2 };
  return { next: pair[0] === quote ? PLAIN : { depth: 0, quote }, width: 1 };
}

function stepInPlain(pair: string): { next: State; width: number } {
  if (pair === "--") return { next: PLAIN, width: Number.POSITIVE_INFINITY };
  if (pair === "/*") return { next: { depth: 1, quote: "" }, width: 2 };
  const quote = CLOSING[pair.charAt(0)];
  return { next: quote === undefined ? PLAIN : { depth: 0, quote }, width: 1 };
}

function stateAfter(line: string, start: State): State {
  if (start === PLAIN && !OPENING.test(line)) return PLAIN;
  let state = start;
  for (let index = 0; index < line.length; ) {
    const pair = line.slice(index, index + 2);
    const { next, width } =
      state.depth > 0
        ? stepInComment(state.depth, pair)
        : state.quote === ""
          ? stepInPlain(pair)
          : stepInQuote(state.quote, pair);
    state = next;
    index += width;
  }
  return state;
}

/**
 * Cuts a script where a line holds GO alone, in any case, with a count or not. As in Microsoft's tools, GO within a comment or a
 * quoted text separates nothing, and batches of white space alone are left out. Line ends stay as they are in the script.
 */
export function splitScript(script: string): ScriptBatch[] {
  const batches: ScriptBatch[] = [];
  let sql = "";
  let first = 1;
  let state = PLAIN;
  const close = (count: number): void => {
    if (sql.trim() !== "") batches.push({ sql, line: first, count });
    sql = "";
  };
  for (const [index, whole] of (script.match(LINE) ?? []).entries()) {
    const line = whole.replace(LINE_END, "");
    const separator = state === PLAIN ? SEPARATOR.exec(line) : null;
    if (separator === null) {
      sql += whole;
      state = stateAfter(line, state);
    } else {
      close(Number(separator[1] ?? 1));
      first = index + 2;
    }
  }
  close(1);
  return batches;
}

/** The text of a script file: UTF-16 or UTF-8 by its byte order mark; without one UTF-8 if it is valid, else Windows-1252. */
export function decodeScript(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
