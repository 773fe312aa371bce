import assert from "node:assert/strict";
import { test } from "node:test";
import { advance, NO_PROGRESS } from "../../../cmd/ui/progress-model.ts";
import { toEventJson } from "../../../cmd/views/event-json.ts";
import { formatEvent } from "../../../cmd/views/event-lines.ts";
import { shareOfTask, taskTimeLeft } from "../../../cmd/views/task-text.ts";
import type { TaskProgressEvent } from "../../../core/events/event.ts";
import { toInstant } from "../../../core/kit/clock.ts";

const startedAt = toInstant(Date.parse("2017-02-01T20:00:00Z"));
const GIB = 1024 ** 3;
const READING: TaskProgressEvent = {
  type: "task_progress",
  task: "verify",
  subject: "vault.main",
  step: "packs",
  unit: "bytes",
  done: GIB,
  total: 4 * GIB,
  startedAt,
  at: toInstant(startedAt + 8000),
};

test("A line says how much of what is done, how fast it goes and how long it will take", () => {
  assert.equal(
    formatEvent(READING),
    "verify vault.main: reading packs, 1.0 GiB of 4.0 GiB, 128 MiB/s, 25 %, 24s left",
  );
  const points: TaskProgressEvent = {
    ...READING,
    step: "points",
    unit: "points",
    done: 1,
    total: 1200,
  };
  assert.equal(
    formatEvent({ ...points, at: startedAt }),
    "verify vault.main: following recovery points to their data, 1 of 1,200 points, 0 %",
  );
});

test("Where nobody knows how much there is, no share and no end is made up", () => {
  const put: TaskProgressEvent = {
    ...READING,
    task: "put",
    subject: "orders",
    step: "store",
    total: null,
  };
  assert.equal(formatEvent(put), "put orders: storing, 1.0 GiB, 128 MiB/s");
  assert.equal(shareOfTask(put), undefined);
  assert.equal(taskTimeLeft(put), undefined);
  assert.equal(
    formatEvent({ ...put, step: "commit", done: 0 }),
    "put orders: writing the index and the manifest",
  );
});

test("A file that is worked on is named", () => {
  assert.equal(
    formatEvent({
      ...READING,
      task: "import",
      step: "check",
      item: "/b/orders.bak",
      at: startedAt,
    }),
    "import vault.main: checking files (/b/orders.bak), 1.0 GiB of 4.0 GiB, 25 %",
  );
});

test("What grew while it was read is all of it, and nothing is left", () => {
  const grown = { ...READING, done: 5 * GIB };
  assert.equal(shareOfTask(grown), 1);
  assert.equal(taskTimeLeft(grown), undefined);
});

test("The screen shows a task as it was told last, and JSON says the same", () => {
  const later = { ...READING, step: "points" as const };
  assert.deepEqual([READING, later].reduce(advance, NO_PROGRESS).task, later);
  assert.deepEqual(toEventJson(READING), {
    type: "task_progress",
    task: "verify",
    subject: "vault.main",
    step: "packs",
    unit: "bytes",
    done: GIB,
    total: 4 * GIB,
    started_at: "2017-02-01T20:00:00.000Z",
    at: "2017-02-01T20:00:08.000Z",
  });
});
