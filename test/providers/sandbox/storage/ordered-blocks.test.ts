import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OrderedBlocks } from "../../../../providers/sandbox/storage/ordered-blocks.ts";

function readForward(blocks: OrderedBlocks<number>, from?: number): number[] {
  const all: number[] = [];
  let place = from === undefined ? undefined : (entry: number): number => entry - from;
  for (;;) {
    const some = blocks.forward(place);
    const last = some.at(-1);
    if (last === undefined) return all;
    all.push(...some);
    place = (entry) => (entry === last ? -1 : entry - last);
  }
}

function readBackward(blocks: OrderedBlocks<number>): number[] {
  const all: number[] = [];
  let place: ((entry: number) => number) | undefined;
  for (;;) {
    const some = blocks.backward(place);
    const last = some.at(-1);
    if (last === undefined) return all;
    all.push(...some);
    place = (entry) => entry - last;
  }
}

test("entries come in order whatever was added and removed before", () => {
  const action = fc.record({ add: fc.boolean(), value: fc.integer({ min: 0, max: 3_000 }) });
  fc.assert(
    fc.property(
      fc.array(action, { maxLength: 2_000 }),
      fc.integer({ min: 0, max: 3_000 }),
      (actions, from) => {
        const blocks = new OrderedBlocks<number>((left, right) => left - right);
        const model = new Set<number>();
        for (const { add, value } of actions) {
          assert.equal(
            add ? blocks.add(value) : blocks.remove(value),
            add ? !model.has(value) : model.has(value),
          );
          if (add) model.add(value);
          else model.delete(value);
        }
        const sorted = [...model].sort((left, right) => left - right);
        assert.equal(blocks.size, sorted.length);
        assert.deepEqual(readForward(blocks), sorted);
        assert.deepEqual(readBackward(blocks), sorted.toReversed());
        assert.deepEqual(
          readForward(blocks, from),
          sorted.filter((value) => value >= from),
        );
      },
    ),
    { numRuns: 60 },
  );
});
