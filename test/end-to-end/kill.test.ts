import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { beginKillStory, type KillStory, killMoments } from "../support/kill-story.ts";
import { startTestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
let story: KillStory;

before(async () => {
  story = await beginKillStory(stack.use(await startTestServer()), stack);
});
after(() => stack[Symbol.asyncDispose]());

test("a backup that is killed in any phase loses no earlier point, and the next one succeeds", async () => {
  let killed = 0;
  for (const moment of killMoments(1, 4)) {
    await story.change();
    if (await story.kill(moment)) killed += 1;
    await story.check();
  }
  assert.ok(killed >= 2, `only ${killed} backups were killed`);
  await story.restore("oldest");
  await story.backUp();
  await story.restore("newest");
});
