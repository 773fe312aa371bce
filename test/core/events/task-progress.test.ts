import assert from "node:assert/strict";
import { test } from "node:test";
import type { HoldfastEvent } from "../../../core/events/event.ts";
import { TaskProgress } from "../../../core/events/task-progress.ts";
import { toInstant } from "../../../core/kit/clock.ts";

function world() {
  let time = 5000;
  const events: HoldfastEvent[] = [];
  const clock = { now: () => toInstant(time) };
  const host = { emit: (event: HoldfastEvent) => void events.push(event) };
  const progress = new TaskProgress({ task: "verify", subject: "vault.main" }, { clock, host });
  const turn = (milliseconds: number) => (time += milliseconds);
  const done = () => events.map((event) => (event.type === "task_progress" ? event.done : -1));
  return { progress, turn, events, done };
}

test("A task tells each step as it begins, and what is done of it from the beginning of the step", () => {
  const { progress, turn, events, done } = world();
  progress.begin("packs", { unit: "bytes", total: 100 });
  turn(300);
  progress.add(40);
  turn(300);
  progress.begin("points", { unit: "points", total: 3 });
  assert.deepEqual(done(), [0, 40, 0]);
  assert.deepEqual(events.at(-1), {
    type: "task_progress",
    task: "verify",
    subject: "vault.main",
    step: "points",
    item: undefined,
    unit: "points",
    done: 0,
    total: 3,
    startedAt: 5600,
    at: 5600,
  });
});

test("However small the pieces are, a task tells of them four times a second at most", () => {
  const { progress, turn, done } = world();
  progress.begin("store");
  for (let piece = 0; piece < 1000; piece += 1) {
    turn(1);
    progress.add(1);
  }
  assert.deepEqual(done(), [0, 250, 500, 750, 1000]);
});

test("A clock that goes back does not silence a task", () => {
  const { progress, turn, done } = world();
  progress.begin("store");
  turn(-3000);
  progress.add(7);
  assert.deepEqual(done(), [0, 7]);
});
