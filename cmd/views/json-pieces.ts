import type { Json } from "../../core/kit/json.ts";

const ROWS_AT_ONCE = 10_000;

/**
 * The text of `JSON.stringify(value)` in pieces, of which a long list as a member gives several: Node holds no text of more
 * than 536 million characters, and a plan can list a million points.
 */
export function* jsonPieces(value: Readonly<Record<string, Json | undefined>>): Generator<string> {
  let before = "{";
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    if (Array.isArray(member)) yield* listPieces(member as readonly Json[]);
    else yield JSON.stringify(member);
    before = ",";
  }
  yield before === "{" ? "{}" : "}";
}

function* listPieces(rows: readonly Json[]): Generator<string> {
  yield "[";
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const text = JSON.stringify(rows.slice(at, at + ROWS_AT_ONCE)).slice(1, -1);
    yield at === 0 ? text : `,${text}`;
  }
  yield "]";
}
