/** A line of the input without its line break; `tooLong` where it broke the limit and its bytes were dropped. */
export type InputLine =
  | { readonly kind: "line"; readonly bytes: Uint8Array }
  | { readonly kind: "tooLong" };

/** In bytes. Bounds what a line may hold in memory. */
export const LONGEST_LINE = 16 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts bytes into lines, each given as soon as its line feed arrives. A carriage return before the line feed belongs to
 * the break. The rest behind the last line feed is a line too, unless it is empty.
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array>,
  longest = LONGEST_LINE,
): AsyncGenerator<InputLine, void, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const add = (part: Uint8Array) => {
    length += part.length;
    if (length > longest) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const take = (): InputLine => {
    const line = length > longest ? { kind: "tooLong" as const } : joined(parts);
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of input) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      add(chunk.subarray(from, at));
      from = at + 1;
      yield take();
    }
    add(chunk.subarray(from));
  }
  if (length > 0) yield take();
}

function joined(parts: readonly Uint8Array[]): InputLine {
  const bytes = Buffer.concat(parts);
  const isReturn = bytes.at(-1) === CARRIAGE_RETURN;
  return { kind: "line", bytes: isReturn ? bytes.subarray(0, -1) : bytes };
}
