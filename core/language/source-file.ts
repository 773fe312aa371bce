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
  #boundaries = new Map<number, readonly number[]>();

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
    const boundaries = this.#graphemes(line);
    const column = boundaries === undefined ? offset - start : before(boundaries, offset - start);
    const lineByte = this.#byteOfLine(line);
    const inLine =
      boundaries === undefined
        ? offset - start
        : Buffer.byteLength(this.text.slice(start, offset), "utf8");
    return { line: line + 1, column: column + 1, byte: this.#byteBase + lineByte + inLine };
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

  /** Offsets within the line where graphemes start; undefined for a line of ASCII. */
  #graphemes(line: number): readonly number[] | undefined {
    const known = this.#boundaries.get(line);
    if (known !== undefined) return known.length === 0 ? undefined : known;
    const text = this.text.slice(this.#starts()[line], this.#endOfLine(line));
    const boundaries: number[] = [];
    if (!isAscii(text)) {
      const body = text.endsWith("\n") ? text.slice(0, -1) : text;
      for (const { index } of new Intl.Segmenter("en").segment(body)) boundaries.push(index);
    }
    this.#boundaries.set(line, boundaries);
    return boundaries.length === 0 ? undefined : boundaries;
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return false;
  return true;
}

/** How many of the sorted `boundaries` lie before `offset`. */
function before(boundaries: readonly number[], offset: number): number {
  let low = 0;
  let high = boundaries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((boundaries[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
