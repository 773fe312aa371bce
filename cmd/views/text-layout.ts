const WIDE =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\u{FE0F}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[\u{FF01}-\u{FF60}])/u;
const ASCII = /^[\x20-\x7e]*$/;

/** How many cells of a terminal a text takes. */
export function cellsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of new Intl.Segmenter("en").segment(text)) {
    cells += WIDE.test(segment) ? 2 : 1;
  }
  return cells;
}

/** The text with characters that would steer a terminal replaced; tabs stay. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

/** Breaks a paragraph into lines of at most `width` cells where spaces allow it. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && cellsOf(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** One line, broken where it is longer than `width`; what follows is indented as `indent` says. */
export function wrapLine(line: string, width: number, indent: string): string {
  if (cellsOf(line) <= width) return line;
  const start = /^ */.exec(line)?.[0] ?? "";
  const [first = "", ...rest] = wrapText(line.slice(start.length), width - indent.length);
  return [`${start}${first}`, ...rest.map((each) => `${indent}${each}`)].join("\n");
}

/** A line that begins so is a command or a statement to copy, which stays whole. */
const TO_COPY = / {4}(holdfast|az|EXEC|USE|terraform|export|git) /;

/** Lines of prose, each broken where it is longer than `width`; without it, none is. Commands to copy stay whole. */
export function wrapProse(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  return text
    .split("\n")
    .map((line) => {
      if (TO_COPY.test(line)) return line;
      return wrapLine(line, width, `${/^ */.exec(line)?.[0] ?? ""}  `);
    })
    .join("\n");
}
