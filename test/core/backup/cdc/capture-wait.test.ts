import assert from "node:assert/strict";
import { test } from "node:test";
import {
  awaitCapture,
  awaitPassing,
  tellBehind,
} from "../../../../core/backup/cdc/capture-wait.ts";
import type { DatabaseWork } from "../../../../core/backup/snapshot-backup.ts";
import type { HoldfastEvent } from "../../../../core/events/event.ts";
import { toInstant } from "../../../../core/kit/clock.ts";
import type {
  CaptureProgress,
  ChangeCapture,
  EmptyScans,
} from "../../../../core/resource/change-capture.ts";

const START = 1_000_000;

/** Waits for a server whose newest commit is of a time that moves with its clock; gives how long, and what came of it. */
async function wait(
  newestAfter: (waited: number) => number,
  scans?: (waited: number) => EmptyScans | null,
) {
  let time = START;
  const progress = (): CaptureProgress => {
    const newest = newestAfter(time - START);
    const lsn = newest.toString(16).padStart(20, "0");
    const emptyScans = scans?.(time - START) ?? null;
    const [newestAt, now] = [toInstant(newest), toInstant(time)];
    return { newest: lsn, newestAt, now, scansEvery: 5000, emptyScans };
  };
  // Only what a wait needs of them.
  const capture = { progress: () => Promise.resolve(progress()) } as unknown as ChangeCapture;
  const sleep = (milliseconds: number) => {
    time += milliseconds;
    return Promise.resolve();
  };
  const journal = { id: "job-1", throwIfCancelled: () => Promise.resolve() };
  const told: HoldfastEvent[] = [];
  const ports = {
    sleep,
    clock: { now: () => toInstant(time) },
    host: { emit: (event: HoldfastEvent) => told.push(event) },
  };
  const work = { ports, journal, database: "Shop" } as unknown as DatabaseWork;
  const isReached =
    scans === undefined
      ? (await awaitCapture(work, capture)).isReached
      : (await awaitPassing(work, capture)).isPassed;
  const phases = told.map((event) => ("phase" in event ? event.phase : event.type));
  assert.deepEqual(phases, time === START ? [] : ["capture"], "told once, where there is a wait");
  return { waited: time - START, isReached };
}

test("a capture that has reached the moment is not waited for, one that comes to it is", async () => {
  assert.deepEqual(await wait(() => START), { waited: 0, isReached: true });
  const late = (waited: number) => (waited < 4000 ? START - 9 : START + 1);
  assert.deepEqual(await wait(late), { waited: 4000, isReached: true });
});

test("a capture in which nothing moves is waited for as long as it may take to look, one that moves for a minute", async () => {
  assert.deepEqual(await wait(() => START - 9), { waited: 7000, isReached: false });
  const slow = (waited: number) => START - 900_000 + waited;
  assert.deepEqual(await wait(slow), { waited: 60_000, isReached: false });
});

test("on a quiet server two empty scans tell that the log was read to its end since; one may have begun before", async () => {
  const quiet = () => START - 9;
  const every = (waited: number) => Math.floor((waited + 4000) / 5000);
  const inARow = (waited: number) => ({ session: 7, count: every(waited) });
  assert.deepEqual(await wait(quiet, inARow), { waited: 6000, isReached: true });
  const each = (waited: number) => ({ session: 7 + every(waited), count: 1 });
  assert.deepEqual(await wait(quiet, each), { waited: 6000, isReached: true });
  const busy = (waited: number) => ({ session: 7 + every(waited), count: 0 });
  assert.deepEqual(await wait(quiet, busy), { waited: 12_000, isReached: false });
  assert.deepEqual(await wait(quiet, () => null), { waited: 7000, isReached: false });
});

test("capture that does not keep up is told of", () => {
  const at = (newestAt: number | null): CaptureProgress => ({
    newest: "0".repeat(20),
    newestAt: newestAt === null ? null : toInstant(newestAt),
    now: toInstant(START),
    scansEvery: 5000,
    emptyScans: null,
  });
  assert.equal(tellBehind(at(START - 300_000)), undefined);
  assert.match(tellBehind(at(START - 600_000)) ?? "", /sp_cdc_start_job/);
  assert.match(tellBehind(at(null)) ?? "", /captured nothing yet/);
});
