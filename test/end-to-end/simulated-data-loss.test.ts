import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { SimulationListing } from "../../schemas/simulation-listing.ts";
import { runHere } from "../support/holdfast-here.ts";

const directory = mkdtempSync(join(tmpdir(), "holdfast-data-loss-"));
after(() => rmSync(directory, { recursive: true }));
writeFileSync(
  join(directory, "main.hcl"),
  `retention "r" {
  daily    = 10
  timezone = "Europe/Berlin"
}
policy "weekdays" {
  method    = "native"
  retention = retention.r
  full { schedule = "0 21 * * MON-FRI" }
}
policy "system" {
  method    = "native"
  retention = retention.r
  log { every = "1h" }
}
`,
);

const SPAN = ["simulate", "weekdays", "-from", "2026-10-01", "-at", "2026-10-08"];

test("simulate says the worst-case data loss, with the backups that show it", async () => {
  const { stdout } = await runHere([...SPAN, "-duration=full=4h", "-json"], { directory });
  const { data_loss: loss } = JSON.parse(stdout) as SimulationListing;
  assert.deepEqual(loss?.normal, {
    seconds: 77 * 3600,
    newest: "2026-10-23T21:00:00.000+02:00",
    until: "2026-10-27T01:00:00.000+01:00",
    timeline: [
      {
        type: "full",
        status: "successful",
        started_at: "2026-10-23T21:00:00.000+02:00",
        completed_at: "2026-10-24T01:00:00.000+02:00",
      },
      {
        type: "full",
        status: "successful",
        started_at: "2026-10-26T21:00:00.000+01:00",
        completed_at: "2026-10-27T01:00:00.000+01:00",
      },
    ],
  });
  assert.equal(loss.one_failure?.seconds, 101 * 3600);
});

test("people read the same as text", async () => {
  const { stdout } = await runHere([...SPAN, "-duration=full=4h"], { directory });
  assert.match(
    stdout,
    /^Worst-case data loss of the schedule in the long run: 3d 5h; until 2026-10-27 01:00:00 \+01:00 the newest .* is 2026-10-23 21:00:00 \+02:00:$/m,
  );
  assert.match(
    stdout,
    /^Worst-case data loss if one backup fails: 4d 5h;[^]*full +2026-10-23 .* failed$/m,
  );
});

test("a history has no schedule, so nothing is foretold of it", async () => {
  const event = {
    type: "full",
    database: "d",
    started_at: "2026-10-01T00:00:00Z",
    completed_at: "2026-10-01T01:00:00Z",
    status: "successful",
  };
  writeFileSync(join(directory, "history.ndjson"), `${JSON.stringify(event)}\n`);
  const words = ["simulate", "weekdays", "-at", "2026-10-08", "-history", "history.ndjson"];
  const { stdout } = await runHere([...words, "-json"], { directory });
  assert.equal((JSON.parse(stdout) as SimulationListing).data_loss, null);
});

test("a schedule that starts nothing says that no end of a loss is known, and validate says why", async () => {
  const words = ["simulate", "system", "-from", "2026-10-01", "-at", "2026-10-08"];
  const { stdout } = await runHere(words, { directory });
  assert.match(stdout, /no end of a loss is known/);
  const validation = await runHere(["validate"], { directory });
  assert.equal(validation.code, 0);
  assert.match(`${validation.stdout}${validation.stderr}`, /Backups that wait for a full/);
});
