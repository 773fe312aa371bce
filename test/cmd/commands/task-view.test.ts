import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { CommandContext } from "../../../cmd/commands/command.ts";
import { openTaskView, type TaskView, viewBeside } from "../../../cmd/commands/task-view.ts";
import { warningDiagnostic } from "../../../core/diagnostics/diagnostic.ts";
import type { HoldfastEvent } from "../../../core/events/event.ts";
import { toInstant } from "../../../core/kit/clock.ts";

const at = toInstant(0);
const told = (done: number): HoldfastEvent => ({
  type: "task_progress",
  task: "put",
  subject: "orders",
  step: "store",
  unit: "bytes",
  done,
  total: 400,
  startedAt: at,
  at,
});

const warning: HoldfastEvent = {
  type: "diagnostic",
  diagnostic: warningDiagnostic({ code: "VAULT_CORRUPTED", summary: "Warned", detail: "Of it." }),
};

function open(t: TestContext, view: TaskView) {
  t.mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  const written = { stdout: "", stderr: "" };
  const context = {
    terminal: { output: false, error: false, input: false, columns: 80 },
    colour: false,
    findSource: () => undefined,
    stdout: (text: string) => (written.stdout += text),
    stderr: (text: string) => (written.stderr += text),
  } as unknown as CommandContext;
  const shown = openTaskView(view, context);
  const emit = (event: HoldfastEvent) => shown.host.emit(event);
  const tick = (seconds: number) => t.mock.timers.tick(seconds * 1000);
  return { written, emit, tick, close: () => shown[Symbol.asyncDispose]() };
}

test("Without a terminal a line on stderr says every ten seconds what was told last, until the end", async (t) => {
  const { written, emit, tick, close } = open(t, "people");
  emit(told(100));
  tick(9);
  assert.equal(written.stderr, "");
  emit(told(200));
  tick(1);
  const line = "put orders: storing, 200 B of 400 B, 50 %\n";
  assert.equal(written.stderr, line);
  tick(10);
  assert.equal(written.stderr, line + line, "what stands still is seen to be at work");
  await close();
  tick(60);
  assert.deepEqual(written, { stdout: "", stderr: line + line });
});

test("Lines of JSON hold an event every ten seconds, and nothing goes to stderr", async (t) => {
  const { written, emit, tick, close } = open(t, "json_lines");
  emit(told(100));
  tick(10);
  emit(warning);
  await close();
  const lines = written.stdout.trim().split("\n");
  const types = lines.map((line) => /^\{"type":"(\w+)"/.exec(line)?.[1]);
  assert.deepEqual(types, ["task_progress", "diagnostic"]);
  assert.equal(written.stderr, "");
});

test("Before one document of JSON only diagnostics are written", async (t) => {
  const { written, emit, tick, close } = open(t, "json_document");
  emit(told(100));
  tick(60);
  assert.deepEqual(written, { stdout: "", stderr: "" });
  emit(warning);
  await close();
  assert.match(written.stdout, /^\{"type":"diagnostic"[^\n]*\n$/);
});

test("Nothing is drawn between bytes that go to a terminal", () => {
  const beside = (file: string, output: boolean) =>
    viewBeside(file, { terminal: { output } } as unknown as CommandContext);
  assert.equal(beside("-", true), "nothing");
  assert.equal(beside("-", false), "people");
  assert.equal(beside("orders.bak", true), "people");
});
