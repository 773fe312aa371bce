// What the quickstart itself says: headings, a few lines of text, command lines, one table.

const WIDTH = 80;
const MARGIN = "  ";

function paint(stream) {
  const isColoured = stream.isTTY === true && process.env.NO_COLOR === undefined;
  const style = (on, off) => (text) => (isColoured ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { strong: style(1, 22), faint: style(2, 22), good: style(32, 39), accent: style(36, 39) };
}

/** Words in lines of at most `width` characters. */
export function wrap(text, width) {
  const lines = [""];
  for (const word of text.split(/\s+/).filter((each) => each !== "")) {
    const longer = `${lines.at(-1)} ${word}`.trimStart();
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** `12,000`. */
export const count = (value) => value.toLocaleString("en-US");

/** `4.2 s`. */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

export function createScreen(stream = process.stdout) {
  const { strong, faint, good, accent } = paint(stream);
  let isAfterGap = false;
  const line = (text = "") => {
    stream.write(`${text}\n`);
    isAfterGap = text === "";
  };
  const gap = () => {
    if (!isAfterGap) line();
  };
  return {
    line,
    gap,
    faint,
    good,
    strong,
    title(text, below) {
      line();
      line(`${MARGIN}${strong(accent("HOLDFAST"))}  ${strong(text)}`);
      for (const row of wrap(below, WIDTH - 12)) line(`${" ".repeat(12)}${faint(row)}`);
    },
    /** A heading with a rule up to the right edge, and why the step is there. */
    step(number, title, text) {
      const rule = "─".repeat(Math.max(0, WIDTH - `── ${number}  ${title} `.length));
      gap();
      line(`${accent("──")} ${strong(`${number}  ${title}`)} ${accent(rule)}`);
      for (const row of wrap(text, WIDTH - 4)) line(`${MARGIN}${row}`);
      line();
    },
    /** On a terminal: a line that the next one replaces. An empty text clears it. */
    passing(text) {
      if (stream.isTTY === true)
        stream.write(`\r\u001b[K${text === "" ? "" : `${MARGIN}${faint(text)}`}`);
    },
    command(words) {
      isAfterGap = false;
      line(`${accent("$")} ${strong(words)}`);
    },
    say(text) {
      for (const row of wrap(text, WIDTH - 4)) line(`${MARGIN}${row}`);
    },
    success(text) {
      const [first = "", ...rest] = wrap(text, WIDTH - 6);
      line(`${MARGIN}${good("✓")} ${strong(first)}`);
      for (const row of rest) line(`${MARGIN}  ${strong(row)}`);
    },
    /** Rows of cells; the first column is aligned to the left, the others to the right. */
    table(rows) {
      const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
      for (const [index, row] of rows.entries()) {
        const cells = row.map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
        );
        const text = cells.join("  ").trimEnd();
        line(`${MARGIN}${index === 0 ? faint(text) : text}`);
      }
    },
  };
}
