import type { SourcePosition, SourceRange } from "../diagnostics/source-range.ts";

/**
 * A source text and the way from UTF-16 offsets, which syntax nodes hold, to positions for people:
 * line, grapheme column and UTF-8 byte. Positions are worked out only when asked for.
 */
export class SourceFile {
  readonly filename: string;
  /** Without a byte order mark. */
  readonly text: string;
  readonly #byteBase: number;
  #lineStarts: readonly number[] | undefined;
  #lineBytes: Float64Array | undefined;
  readonly #lines = new Map<number, LineGraphemes | undefined>();

  constructor(filename: string, text: string) {
    this.filename = filename;
    const hasMark = text.charCodeAt(0) === 0xfeff;
    this.text = hasMark ? text.slice(1) : text;
    this.#byteBase = hasMark ? 3 : 0;
  }

  range(start: number, end: number): SourceRange {
    return { filename: this.filename, start: this.position(start), end: this.position(end) };
  }

  position(offset: number): SourcePosition {
    const line = this.#lineOf(offset);
    const start = this.#starts()[line] ?? 0;
    const byte = this.#byteBase + this.#byteOfLine(line);
    const graphemes = this.#graphemes(line);
    if (graphemes === undefined) {
      return { line: line + 1, column: offset - start + 1, byte: byte + offset - start };
    }
    const at = countBefore(graphemes.offsets, offset - start + 1) - 1;
    const from = graphemes.offsets[at] ?? 0;
    const within = Buffer.byteLength(this.text.slice(start + from, offset), "utf8");
    const column = at + (from < offset - start ? 2 : 1);
    return { line: line + 1, column, byte: byte + (graphemes.bytes[at] ?? 0) + within };
  }

  /** The UTF-16 offset of a UTF-8 byte position that `position` gave. */
  offsetOf(byte: number): number {
    const target = byte - this.#byteBase;
    const lines = this.#starts();
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#byteOfLine(middle) <= target) low = middle;
      else high = middle - 1;
    }
    const start = lines[low] ?? 0;
    const rest = target - this.#byteOfLine(low);
    if (this.#graphemes(low) === undefined) return start + rest;
    const line = Buffer.from(this.text.slice(start, this.#endOfLine(low)), "utf8");
    return start + line.toString("utf8", 0, rest).length;
  }

  #starts(): readonly number[] {
    if (this.#lineStarts !== undefined) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) {
      starts.push(at + 1);
    }
    this.#lineStarts = starts;
    return starts;
  }

  #lineOf(offset: number): number {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #endOfLine(line: number): number {
    return this.#starts()[line + 1] ?? this.text.length;
  }

  #byteOfLine(line: number): number {
    this.#lineBytes ??= this.#countBytes();
    return this.#lineBytes[line] ?? 0;
  }

  #countBytes(): Float64Array {
    const starts = this.#starts();
    const bytes = new Float64Array(starts.length);
    let total = 0;
    for (let line = 0; line < starts.length; line += 1) {
      bytes[line] = total;
      total += Buffer.byteLength(this.text.slice(starts[line], this.#endOfLine(line)), "utf8");
    }
    return bytes;
  }

  /** Undefined for a line of ASCII, where columns, bytes and offsets are the same. */
  #graphemes(line: number): LineGraphemes | undefined {
    if (this.#lines.has(line)) return this.#lines.get(line);
    const text = this.text.slice(this.#starts()[line], this.#endOfLine(line));
    const graphemes = isAscii(text) ? undefined : measureLine(text);
    this.#lines.set(line, graphemes);
    return graphemes;
  }
}

/** Where the graphemes of a line start: UTF-16 offsets and UTF-8 bytes. */
interface LineGraphemes {
  readonly offsets: readonly number[];
  readonly bytes: readonly number[];
}

function measureLine(text: string): LineGraphemes {
  const offsets: number[] = [];
  const bytes: number[] = [];
  let byte = 0;
  for (const { index, segment } of new Intl.Segmenter("en").segment(text)) {
    let offset = index;
    for (const piece of segment.split(CONJUNCT)) {
      offsets.push(offset);
      bytes.push(byte);
      offset += piece.length;
      byte += Buffer.byteLength(piece, "utf8");
    }
  }
  return { offsets, bytes };
}

/** Inside Indic conjuncts, which Unicode 15.1 made one grapheme; the reference counts by 15.0. */
const CONJUNCT = /(?<=[\p{M}\u200d])(?=\p{Lo})/u;

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return false;
  return true;
}

/** How many of the sorted `offsets` lie before `limit`. */
function countBefore(offsets: readonly number[], limit: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
