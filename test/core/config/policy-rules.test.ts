import assert from "node:assert/strict";
import { test } from "node:test";
import { EXAMPLE_CONFIGURATION } from "../../../schemas/blocks/example-configuration.ts";
import { loadText } from "../../support/load-text.ts";

interface Written {
  readonly method?: string;
  readonly retention?: string;
}

/** What is found about a policy of these blocks. */
function findingsOf(blocks: string, { method = "native", retention = "daily = 10" }: Written = {}) {
  const text = `retention "r" {\n ${retention}\n}\npolicy "p" {\n method = "${method}"\n retention = retention.r\n ${blocks}\n}\n`;
  return loadText({ "main.hcl": text }).diagnostics;
}

function summariesOf(...written: Parameters<typeof findingsOf>): readonly string[] {
  return findingsOf(...written).map(({ severity, summary }) => `${severity}: ${summary}`);
}

/** The only finding; fails when there are more. */
function onlyFinding(...written: Parameters<typeof findingsOf>) {
  const [finding, ...rest] = findingsOf(...written);
  assert.ok(finding, "nothing is found");
  assert.deepEqual(
    rest.map(({ summary }) => summary),
    [],
  );
  return finding;
}

const GOLD = `full { schedule = "0 12 * * WED" }
 differential { schedule = "0 21 * * *" }
 log { every = "30m" }`;

const SILENT: readonly (readonly [string, Written?])[] = [
  [GOLD],
  ['full { schedule = "@daily" }', { method: "snapshot", retention: "daily = 1" }],
  ['full { schedule = "@weekly" }', { retention: "daily = 7" }],
  ['full { schedule = "@monthly" }', { retention: "daily = 7\n monthly = 2" }],
  ['full { schedule = "@yearly" }', { retention: "daily = 1\n legal_hold = true" }],
  ['full { schedule = "0 0 29 2 *" }\n log { every = "1s" }', { retention: "daily = 2000" }],
  [
    'full { schedule = "@daily" }\n differential { schedule = "30 0 29 2 *" }\n log { every = "1s" }',
  ],
  ['full { schedule = "@daily" }\n cdc { every = "1h" }', { method: "cdc" }],
  [`${GOLD}\n window {\n start = "00:00"\n duration = "24h"\n }`],
  ['full { schedule = "@daily" }\n window {\n start = "20:00"\n duration = "8h"\n }'],
];

for (const [blocks, written = {}] of SILENT) {
  const title = JSON.stringify({ blocks, ...written });
  test(`nothing is said of ${title}`, () => {
    assert.deepEqual(summariesOf(blocks, written), []);
  });
}

test("a policy that schedules nothing is valid, and warned of with what to write", () => {
  for (const method of ["native", "snapshot", "files"]) {
    const finding = onlyFinding("", { method });
    assert.equal(finding.severity, "warning");
    assert.equal(finding.summary, "Nothing is scheduled");
    assert.equal(finding.subject?.start.line, 5);
    assert.match(finding.detail, /holdfast backup\.[^]*\n\n {4}full \{ schedule/);
  }
});

test("B-62 [decision] validate warns that logs without any full never start", () => {
  const finding = onlyFinding('log { every = "30m" }');
  assert.equal(finding.severity, "warning");
  assert.equal(finding.code, "CONFIG_WEAK_PROTECTION");
  assert.equal(finding.address, "policy.p");
  assert.equal(finding.subject?.start.line, 7);
  assert.match(finding.detail, /^A log backup builds on a full one[^]*\n\n {4}full \{ schedule/);
});

test("changes that Change Data Capture recorded wait for a full too", () => {
  const found = findingsOf('cdc { every = "1h" }', { method: "cdc" });
  assert.deepEqual(
    found.map(({ detail }) => detail.startsWith("A cdc backup builds on a full one")),
    [true],
  );
});

test("B-30 [decision] differentials without a schedule of fulls hang on one full, and keep to VSS where files are read", () => {
  const blocks = 'differential { schedule = "@daily" }\n log { every = "1h" }';
  const native = onlyFinding(blocks);
  assert.equal(native.summary, "All points depend on one full backup");
  assert.doesNotMatch(native.detail, /VSS/);
  assert.match(onlyFinding(blocks, { method: "files" }).detail, /slower way through VSS/);
});

test("B-66 [decision] a differential that is due with a full each time is never taken", () => {
  const blocks =
    'full { schedule = "0 21 * * *" }\n differential { schedule = "0 21 * * MON-FRI" }';
  const finding = onlyFinding(blocks);
  assert.equal(finding.summary, "Backups that are never taken");
  assert.match(finding.detail, /^Whenever a differential backup is due, a full one is due too/);
});

test("B-60 [decision] an interval that a full or differential always cuts short is never over", () => {
  for (const every of ["24h", "3d"]) {
    const finding = onlyFinding(`full { schedule = "@daily" }\n log { every = "${every}" }`);
    assert.match(finding.detail, /no log backup is ever taken/);
  }
  assert.deepEqual(summariesOf('full { schedule = "@daily" }\n log { every = "23h" }'), []);
});

test("a window that holds logs back is warned of, with what it can cost", () => {
  const finding = onlyFinding(`${GOLD}\n window {\n start = "20:00"\n duration = "8h"\n }`);
  assert.equal(finding.summary, "Backups that stop for most of the day");
  assert.match(finding.detail, /other 16h of a day .* up to 16h 30m of changes instead of 30m/);
});

test("fulls rarer than their retention leave one point at a time, shown by its dates", () => {
  const finding = onlyFinding('full { schedule = "0 3 1 * *" }', {
    retention: 'daily = 7\n timezone = "Europe/Berlin"',
  });
  assert.equal(finding.summary, "Only one point at a time");
  assert.match(finding.detail, /up to 32 days apart, and retention\.r keeps .* \(daily = 7\)/);
  assert.match(finding.detail, /that of 2024-10-01 would be on 2024-11-01/);
});

test("fulls of once a year are seen twice, so that logs that break between them are warned of", () => {
  const blocks = 'full { schedule = "@yearly" }\n log { every = "1h" }';
  const finding = onlyFinding(blocks, { retention: "daily = 10\n yearly = 2" });
  assert.equal(finding.summary, "Logs that cannot be used");
  assert.match(finding.detail, /up to 365 days apart/);
});

test("B-65 [decision] logs whose beginning is purged before the next full are warned of, with the days", () => {
  const blocks = 'full { schedule = "0 3 1 * *" }\n log { every = "1h" }';
  const retention = 'daily = 7\n monthly = 12\n timezone = "America/Los_Angeles"';
  const finding = onlyFinding(blocks, { retention });
  assert.equal(finding.summary, "Logs that cannot be used");
  assert.match(finding.detail, /one of 2024-01-01 .* purged on 2024-01-09, .* until 2024-02-01/);
  assert.deepEqual(summariesOf(blocks, { retention: "daily = 31" }), []);
});

test("backups of changes more often than the server looks for them are warned of", () => {
  const every = (interval: string) =>
    `full { schedule = "@daily" }\n cdc { every = "${interval}" }`;
  const { severity, detail } = onlyFinding(every("1s"), { method: "cdc" });
  assert.equal(severity, "warning");
  assert.match(detail, /every 5 seconds, Azure SQL Database every 20/);
  assert.deepEqual(summariesOf(every("20s"), { method: "cdc" }), []);
});

test("captured changes that the server drops before a backup takes them are refused", () => {
  const cdc = (every: string, profile: string) =>
    summariesOf(
      `full { schedule = "@monthly" }\n cdc {\n every = "${every}"\n cdc_profile { ${profile} }\n }`,
      { method: "cdc", retention: "daily = 40" },
    );
  assert.deepEqual(cdc("3d", ""), ["error: Invalid value"]);
  assert.deepEqual(cdc("3d", 'retention = "4d"'), []);
});

test("a time that cannot be read is said once, and nothing is worked out from it", () => {
  assert.deepEqual(summariesOf('log { every = "1ms" }'), ["error: Invalid value"]);
  const window = 'full { schedule = "@daily" }\n window {\n start = "25:00"\n duration = "1h"\n }';
  assert.deepEqual(summariesOf(window), ["error: Invalid value"]);
});

test("B-25 [decision] tempdb named in a backup set is refused", () => {
  const text = EXAMPLE_CONFIGURATION.replace('["*"]', '["Orders", "TEMPDB"]');
  const { diagnostics } = loadText({ "main.hcl": text });
  assert.deepEqual(
    diagnostics.map(({ code, detail }) => [code, /^tempdb is made anew.* Remove it/.test(detail)]),
    [["CONFIG_INVALID_VALUE", true]],
  );
});

const BAD_INPUT: readonly (readonly [string, Written, RegExp])[] = [
  ['full { schedule = "0 0 31 2 *" }', {}, /Such a time never comes/],
  ['full { schedule = "0 25 * * *" }', {}, /"0 25 \* \* \*" does not fit/],
  ["", { retention: 'daily = 1\n timezone = "Europe/Berln"' }, /not a time zone.*Europe\/Berlin/],
  ["", { retention: "daily = 0" }, /must be at least 1/],
  ["", { retention: "daily = -3" }, /must be at least 1/],
  ["", { retention: "daily = 5\n weekly = -1" }, /must be at least 0/],
  ['log { every = "30m" }', { method: "snapshot" }, /runs full backups only, so log/],
];

for (const [blocks, written, detail] of BAD_INPUT) {
  test(`an error is said of ${JSON.stringify({ blocks, ...written })}`, () => {
    const errors = findingsOf(blocks, written).filter(({ severity }) => severity === "error");
    assert.equal(errors.length, 1);
    assert.match(errors[0]?.detail ?? "", detail);
  });
}

test("a jitter is no problem while every start stays before the next and within the window", () => {
  const nightly = 'full { schedule = "0 22 * * *" }';
  assert.deepEqual(summariesOf(`${nightly}\n jitter = "23h59m"`), []);
  assert.deepEqual(summariesOf(`${GOLD}\n jitter = "2h"`), []);
  assert.deepEqual(summariesOf(`${nightly}\n jitter = "0s"`), []);
  const window = 'window {\n start = "22:00"\n duration = "6h"\n }';
  assert.deepEqual(summariesOf(`${nightly}\n jitter = "5h"\n ${window}`), []);
  assert.deepEqual(summariesOf('jitter = "1h"\n full { schedule = "0 0 29 2 *" }'), []);
});

test("validate warns of a jitter that is not shorter than the shortest interval", () => {
  const hourly = 'full { schedule = "@daily" }\n differential { schedule = "0 * * * *" }';
  assert.deepEqual(summariesOf(`${hourly}\n jitter = "59m"`), []);
  const finding = onlyFinding(`${hourly}\n jitter = "1h"`);
  assert.deepEqual(
    [finding.code, finding.summary, finding.subject?.start.line],
    ["CONFIG_WEAK_PROTECTION", "Jitter longer than the schedule", 9],
  );
  assert.match(finding.detail, /Two differential backups of the schedule are 1h apart/);
});

test("validate warns where jitter moves a start out of the window", () => {
  const late = 'full { schedule = "30 3 * * *" }\n jitter = "30m"';
  const finding = onlyFinding(`${late}\n window {\n start = "22:00"\n duration = "6h"\n }`);
  assert.equal(finding.summary, "Backups that may miss their window");
  assert.match(finding.detail, /due at 03:30 may start up to 30m late[^]*up to 18h 30m after/);
});

for (const jitter of ['"-5m"', '"soon"', "5"]) {
  test(`a jitter of ${jitter} is refused`, () => {
    const [finding] = findingsOf(`full { schedule = "@daily" }\n jitter = ${jitter}`);
    assert.deepEqual([finding?.severity, finding?.subject?.start.line], ["error", 8]);
  });
}

test("dead_logs takes two words", () => {
  const keep = { retention: 'daily = 10\n dead_logs = "keep"' };
  assert.deepEqual(summariesOf(GOLD, keep), []);
  const [finding] = findingsOf(GOLD, { retention: 'daily = 10\n dead_logs = "drop"' });
  assert.deepEqual([finding?.severity, finding?.subject?.start.line], ["error", 3]);
});
