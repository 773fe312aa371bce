import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Instant } from "../../core/kit/clock.ts";
import { readHistory } from "../../core/policy/simulate/history.ts";
import { tryParseInstant } from "../../core/policy/simulate/read-instant.ts";
import { simulateHistory } from "../../core/policy/simulate/simulate.ts";
import { EACH_EVENING, emptyPolicy, FULLS_ON_WEDNESDAYS } from "../support/policy-rules.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const ZONE = "America/Los_Angeles";

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

const PAGE = read("docs/retention.md");

const RULE = emptyPolicy(ZONE, { ...FULLS_ON_WEDNESDAYS, ...EACH_EVENING });

const HISTORY = readHistory(read("examples/february-2017/history.ndjson"), {
  filename: "history.ndjson",
  timezone: ZONE,
});

function instantOf(text: string): Instant {
  const instant = tryParseInstant(text, ZONE);
  assert.ok(instant !== undefined, text);
  return instant;
}

function local(day: number, time = "00:00"): string {
  return `2017-02-${String(day).padStart(2, "0")}T${time}`;
}

/** By type and day, what keeps each point that exists. */
function reasonsAt(text: string): ReadonlyMap<string, readonly string[]> {
  const { points, decisions } = simulateHistory(RULE, HISTORY.events, instantOf(text));
  const dayOf = (at: Instant) =>
    Number(new Date(at).toLocaleDateString("en-US", { timeZone: ZONE, day: "numeric" }));
  return new Map(
    points.map(({ id, type, createdAt }) => [
      `${type} ${dayOf(createdAt)}`,
      decisions.get(id)?.retainedBy ?? [],
    ]),
  );
}

test("the history of the example is read without a fault", () => {
  assert.deepEqual(HISTORY.diagnostics, []);
  assert.equal(HISTORY.events.length, 32);
});

/** The picture has three characters a day. */
const [, PICTURE = ""] = /```text\n(February[\s\S]*?)```/.exec(PAGE) ?? [];
const START = PICTURE.indexOf("1");
const SIGNS: Readonly<Record<string, string>> = { "=": "daily", "-": "dependency" };

/** What the picture says of a point at the beginning of a day. */
function signAt(line: string, day: number): string {
  return line[START + (day - 1) * 3] ?? " ";
}

test("B-37 [decision] the picture of the retention page shows what keeps each point at each midnight", () => {
  const rows = [...PICTURE.matchAll(/^(full|diff) (\d+) Feb.*$/gm)];
  assert.equal(rows.length, 9);
  for (let day = 1; day <= 25; day += 1) {
    const reasons = reasonsAt(local(day));
    for (const [line, type, made] of rows) {
      const name = `${type === "diff" ? "differential" : type} ${made}`;
      const sign = signAt(line, day);
      const [first] = reasons.get(name) ?? [];
      assert.equal(first, SIGNS[sign], `${name} at the beginning of ${day} February: ${sign}`);
    }
  }
});

function daysOf(cell: string): readonly number[] {
  return cell
    .replaceAll(" *(needed)*", "")
    .split(", ")
    .flatMap((part) => {
      const [from = 0, to = from] = part.split(" to ").map(Number);
      return Array.from({ length: to - from + 1 }, (_, at) => from + at);
    });
}

test("B-32 B-35 [decision] the table of the retention page holds to the second", () => {
  const [, table = ""] = /\| at \| full \|.*\n\|---.*\n([\s\S]*?)\n\n/.exec(PAGE) ?? [];
  const rows = table.split("\n").map((row) => row.split("|").map((cell) => cell.trim()));
  assert.equal(rows.length, 7);
  for (const [, at = "", fulls = "", differentials = "", points] of rows) {
    const [day, ...times] = at.replace(" Feb", "").replace(" and", "").split(" ");
    for (const time of times) {
      const reasons = reasonsAt(local(Number(day), time));
      const expected = [
        ...daysOf(fulls).map((each) => `full ${each}`),
        ...daysOf(differentials).map((each) => `differential ${each}`),
      ];
      assert.deepEqual([...reasons.keys()].toSorted(), expected.toSorted(), `${at} ${time}`);
      assert.equal(String(reasons.size), points);
      const needed = fulls.includes("(needed)") ? ["dependency"] : undefined;
      if (needed !== undefined) assert.deepEqual(reasons.get("full 1"), needed);
    }
  }
});

test("every ambiguity is decided in a place of the code that names it", () => {
  const rows = [...PAGE.matchAll(/^\| (Q-\d\d) \|.*\| ([^|]+) \|$/gm)];
  assert.deepEqual(
    rows.map(([, id]) => id),
    Array.from({ length: 23 }, (_, at) => `Q-${String(at + 1).padStart(2, "0")}`),
  );
  const faults = rows.flatMap(([, id = "", cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, path = ""]) =>
      existsSync(join(ROOT, path)) && read(path).includes(id) ? [] : [`${id}: ${path}`],
    ),
  );
  assert.deepEqual(faults, []);
});
