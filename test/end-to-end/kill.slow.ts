import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { beginKillStory, type KillStory, killMoments } from "../support/kill-story.ts";
import { startTestServer } from "../support/test-server.ts";

const MOMENTS = 24;
const RESTORE_EVERY = 6;
/** HOLDFAST_TEST_SEED repeats a run. */
const seed = Number(process.env["HOLDFAST_TEST_SEED"] ?? Date.now() % 1_000_000);
const stack = new AsyncDisposableStack();
let story: KillStory;

before(async () => {
  story = await beginKillStory(stack.use(await startTestServer()), stack);
});
after(() => stack[Symbol.asyncDispose]());

test(`kill -9 of a backup at ${MOMENTS} instants, seed ${seed}: points and data stay right, earlier points restore, the next backup succeeds`, async (t) => {
  let killed = 0;
  for (const [at, moment] of killMoments(seed, MOMENTS).entries()) {
    const { phase, event, waitMs } = moment;
    await story.change();
    const isKilled = await story.kill(moment);
    if (isKilled) killed += 1;
    const when = `${phase}, event ${event}, ${waitMs.toFixed(1)} ms later`;
    t.diagnostic(`${at + 1}: ${when}: ${isKilled ? "killed" : "had ended"}`);
    await story.check();
    await story.backUp();
    if ((at + 1) % RESTORE_EVERY === 0) {
      await story.restore("oldest");
      await story.restore("newest");
    }
  }
  assert.ok(killed >= MOMENTS / 2, `only ${killed} backups were killed`);
});
