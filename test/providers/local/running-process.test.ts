import assert from "node:assert/strict";
import { test } from "node:test";
import { isRunning, processStart } from "../../../providers/local/catalog/running-process.ts";

test("a process runs as long as its id and its start are those recorded", () => {
  assert.equal(isRunning(process.pid, processStart(process.pid)), true);
  assert.equal(isRunning(process.pid, null), true);
  assert.equal(isRunning(2 ** 22 + 1, null), false);
});

test("a later process of the same id is not the one recorded, as in a container that was started again", {
  skip: processStart(process.pid) === null,
}, () => {
  assert.equal(isRunning(process.pid, "1"), false);
});
