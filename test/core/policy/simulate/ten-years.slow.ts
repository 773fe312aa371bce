import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const ENGINE = join(import.meta.dirname, "../../../../core/policy/simulate/simulate.ts");

/** In a process of its own, so that only the simulation counts; time of the processor, so that nothing else does. */
const PROGRAM = `
const { simulateSchedule } = await import(${JSON.stringify(ENGINE)});
const zone = "America/Los_Angeles";
const rule = {
  method: "native",
  timezone: zone,
  full: { schedule: "0 12 * * WED" },
  differential: { schedule: "0 21 * * *" },
  log: { every: 15 * 60_000 },
  cdc: null,
  window: null,
  retention: { daily: 10, weekly: 4, monthly: 12, yearly: 7, timezone: zone, weekStarts: "monday", representative: "latest" },
};
const span = { from: Date.UTC(2015, 0, 1), at: Date.UTC(2025, 0, 1), databases: ["db"], durations: { full: 4 * 3_600_000 } };
const before = process.cpuUsage();
const { events, points } = simulateSchedule(rule, span);
const { user, system } = process.cpuUsage(before);
const milliseconds = (user + system) / 1000;
console.log(JSON.stringify({ events: events.length, points: points.length, milliseconds, bytes: process.resourceUsage().maxRSS * 1024 }));
`;

interface Measured {
  readonly events: number;
  readonly points: number;
  readonly milliseconds: number;
  readonly bytes: number;
}

test("ten years of logs every 15 minutes are simulated within 2 seconds of a processor and 300 MB", () => {
  const argv = ["--input-type=module", "--eval", PROGRAM];
  const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8" });
  assert.equal(stderr, "");
  const measured = JSON.parse(stdout) as Measured;
  assert.equal(measured.events, 342_317);
  assert.ok(measured.milliseconds <= 2000, `${measured.milliseconds} ms`);
  assert.ok(measured.bytes <= 300e6, `${measured.bytes} bytes`);
});
