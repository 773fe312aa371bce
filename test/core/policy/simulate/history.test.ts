import assert from "node:assert/strict";
import { test } from "node:test";
import { readHistory } from "../../../../core/policy/simulate/history.ts";

const SOURCE = { filename: "february.ndjson", timezone: "America/Los_Angeles" };
const LINE = {
  type: "full",
  database: "db1",
  started_at: "2017-02-01T12:00:00-08:00",
  completed_at: "2017-02-01T16:00:00-08:00",
  status: "successful",
};

function lineWith(fields: object): string {
  return JSON.stringify({ ...LINE, ...fields });
}

test("a history is read line by line, in the order of the ends", () => {
  const later = lineWith({ started_at: "2017-02-08T12:00", completed_at: "2017-02-08T15:00" });
  const { events, diagnostics } = readHistory(`\uFEFF${later}\r\n\n${lineWith({})}\n`, SOURCE);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    events.map(({ completedAt }) => new Date(completedAt).toISOString()),
    ["2017-02-02T00:00:00.000Z", "2017-02-08T23:00:00.000Z"],
  );
  assert.deepEqual(events[0], {
    type: "full",
    database: "db1",
    startedAt: Date.parse("2017-02-01T20:00:00Z"),
    completedAt: Date.parse("2017-02-02T00:00:00Z"),
    status: "successful",
    reason: null,
    copyOnly: false,
  });
});

const FAULTS: readonly { readonly line: string; readonly says: RegExp }[] = [
  { line: "full", says: /it is no JSON\./ },
  { line: "[1]", says: /it is no JSON object\./ },
  { line: lineWith({ type: "diff" }), says: /type is "diff"; it is one of full, differential/ },
  { line: lineWith({ database: "" }), says: /database is missing/ },
  { line: lineWith({ database: 5 }), says: /database is no text/ },
  { line: lineWith({ status: undefined }), says: /status is missing; it is one of successful/ },
  { line: lineWith({ started_at: "2017-02-30T12:00" }), says: /started_at is "2017-02-30T12:00"/ },
  { line: lineWith({ started_at: 5 }), says: /started_at is 5; write 2017-02-13T11:00:00-08:00/ },
  { line: lineWith({ started_at: "2017-03-12T02:30" }), says: /Los_Angeles skip it that day/ },
  { line: lineWith({ completed_at: undefined }), says: /completed_at is missing/ },
  { line: lineWith({ completed_at: "2017-01-01" }), says: /completed_at is before started_at/ },
  { line: lineWith({ bytes_stored: -1 }), says: /bytes_stored is -1; it is a whole number/ },
  { line: lineWith({ bytes_stored: 1.5 }), says: /bytes_stored is 1\.5; it is a whole number/ },
  { line: lineWith({ bytes_stored: "1 GB" }), says: /bytes_stored is "1 GB"; it is a whole/ },
  { line: lineWith({ copy_only: "yes" }), says: /copy_only is neither true nor false/ },
];

for (const { line, says } of FAULTS) {
  test(`a history refuses ${line.slice(0, 200)} and names the line`, () => {
    const { events, diagnostics } = readHistory(`${lineWith({})}\n${line}\n${line}\n`, SOURCE);
    assert.equal(events.length, 1);
    assert.deepEqual(
      diagnostics.map(({ code, subject }) => [code, subject?.start.line]),
      [
        ["HISTORY_INVALID", 2],
        ["HISTORY_INVALID", 3],
      ],
    );
    assert.match(diagnostics[0]?.detail ?? "", says);
    assert.match(diagnostics[0]?.detail ?? "", /^february\.ndjson:2 /);
  });
}

test("the place of a faulty line counts bytes, not letters", () => {
  const { diagnostics } = readHistory(`${lineWith({ database: "Größe" })}\nfull\n`, SOURCE);
  const first = new TextEncoder().encode(lineWith({ database: "Größe" })).length;
  assert.deepEqual(diagnostics[0]?.subject, {
    filename: "february.ndjson",
    start: { line: 2, column: 1, byte: first + 1 },
    end: { line: 2, column: 5, byte: first + 5 },
  });
});

test("a backup that failed or was skipped needs no end", () => {
  const line = lineWith({ status: "skipped", completed_at: undefined, reason: "database_down" });
  const [event] = readHistory(line, SOURCE).events;
  assert.equal(event?.completedAt, event?.startedAt);
  assert.equal(event?.reason, "database_down");
});

test("a field that means nothing is a warning", () => {
  const { events, diagnostics } = readHistory(lineWith({ copyOnly: true }), SOURCE);
  assert.equal(events.length, 1);
  assert.deepEqual(
    diagnostics.map(({ severity, code }) => [severity, code]),
    [["warning", "HISTORY_UNKNOWN_FIELD"]],
  );
});

test("a line may say what the backup stored", () => {
  const sizeOf = (bytes_stored: unknown) =>
    readHistory(lineWith({ bytes_stored }), SOURCE).events[0]?.bytesStored;
  assert.deepEqual(
    [sizeOf(0), sizeOf(42_949_672_960), sizeOf(null)],
    [0, 42_949_672_960, undefined],
  );
});
