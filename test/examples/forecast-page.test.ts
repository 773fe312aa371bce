import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ForecastListing } from "../../schemas/forecast-listing.ts";
import type { SimulationListing } from "../../schemas/simulation-listing.ts";
import { runHere } from "../support/holdfast-here.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const directory = join(ROOT, "examples", "february-2017");
const PAGE = readFileSync(join(ROOT, "docs", "forecast.md"), "utf8");

const [, transcript = ""] = /```text\n\$ (holdfast simulate [^]*?)```/.exec(PAGE) ?? [];
const [line = "", ...shown] = transcript.split("\n");
const words = line.split(" ").slice(1);

test("the page about forecasts shows what the program says of the example", async () => {
  const { code, stdout, stderr } = await runHere(words, { directory });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout, shown.join("\n"));
  assert.ok(stdout.split("\n").every((each) => each.length <= 80));
});

test("a forecast begins with the points that exist, and ends on its last day", async () => {
  const json = await runHere([...words, "-json"], { directory });
  const forecast = JSON.parse(json.stdout) as ForecastListing;
  const rest = words.filter((_, index) => index !== words.indexOf("-forecast"));
  const without = rest.toSpliced(rest.indexOf("14"), 1);
  const simulated = await runHere([...without, "-json"], { directory });
  const { recovery_points: points } = JSON.parse(simulated.stdout) as SimulationListing;
  const countOf = (type: string) => points.filter((point) => point.type === type).length;
  const [set] = forecast.backup_sets;
  assert.ok(set);
  assert.deepEqual(
    [set.steps[0]?.points["full"], set.steps[0]?.points["differential"]],
    [countOf("full"), countOf("differential")],
  );
  assert.equal(set.steps.at(-1)?.at, forecast.until);
  assert.equal(forecast.until, "2017-03-14T23:00:00.000-07:00");
});

test("a number of days that is none is refused", async () => {
  for (const days of ["0", "-3", "1.5", "3651", "soon"]) {
    const { code, stderr } = await runHere(["simulate", "p", `-forecast=${days}`], {
      directory,
    });
    assert.equal(code, 1);
    assert.match(stderr, /is no number of days\. Write one from 1 to 3650/);
  }
});
