import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { readLines } from "../../../cmd/commands/input-lines.ts";

async function linesOf(chunks: readonly Uint8Array[], longest?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(Readable.from(chunks), longest)) {
    lines.push(line.kind === "line" ? Buffer.from(line.bytes).toString("latin1") : "too long");
  }
  return lines;
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

const CASES: readonly (readonly [text: string, lines: readonly string[]])[] = [
  ["", []],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["\n\nb", ["", "", "b"]],
  ["a\r\nb\r\r\nc\rd\n", ["a", "b\r", "c\rd"]],
  ["\u00ff\0\n", ["\u00ff\0"]],
];

for (const [text, lines] of CASES) {
  test(`${JSON.stringify(text)} is cut into ${lines.length} lines`, async () => {
    assert.deepEqual(await linesOf([bytes(text)]), lines);
  });
}

test("lines do not depend on how the bytes arrive", async () => {
  const chunks = fc.array(fc.uint8Array({ max: 14, maxLength: 6 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(chunks, async (parts) => {
      assert.deepEqual(await linesOf(parts), await linesOf([Buffer.concat(parts)]));
    }),
  );
});

test("a line that is too long is told and does not hide the next one", async () => {
  const text = bytes("abcde\nab\nabcdefgh");
  assert.deepEqual(await linesOf([text], 4), ["too long", "ab", "too long"]);
  assert.deepEqual(
    await linesOf(
      Array.from(text, (byte) => Buffer.of(byte)),
      4,
    ),
    ["too long", "ab", "too long"],
  );
});

test("a line is given before the next one arrives", async () => {
  async function* input(): AsyncGenerator<Uint8Array> {
    yield bytes("first\nsec");
    await Promise.reject(new Error("asked for more too early"));
  }
  const lines = readLines(input());
  const { value } = await lines.next();
  assert.deepEqual(value, { kind: "line", bytes: Buffer.from("first") });
});
