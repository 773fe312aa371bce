import assert from "node:assert/strict";
import { test } from "node:test";
import { formatJob, formatJobs } from "../../../cmd/views/jobs-text.ts";
import type { JobRow } from "../../../schemas/job-listing.ts";

const JOB: JobRow = {
  id: "job-0102030405",
  operation: "backup",
  subject: "backup_set.orders",
  type: "full",
  trigger: "manual",
  status: "successful_with_errors",
  queued_at: "2017-02-01T20:00:00.000Z",
  started_at: "2017-02-01T20:00:00.000Z",
  finished_at: "2017-02-01T20:01:05.000Z",
  worker: {
    id: "local-1",
    kind: "local",
    host: "db1",
    pid: 42,
    started_at: "2017-02-01T20:00:00.000Z",
    ended_at: "2017-02-01T20:01:05.000Z",
  },
  bandwidth: "unlimited",
  bytes_read: 2048,
  bytes_stored: 512,
  classes: [
    { class: "user", bytes_read: 2048, bytes_stored: 512, ratio: 4 },
    { class: "system", bytes_read: 10, bytes_stored: 0, ratio: null },
  ],
  copies: [
    {
      database: "Shop",
      copy: "Shop_holdfast_0123abcd",
      resource_id: "/subscriptions/1/databases/Shop_holdfast_0123abcd",
      objective: "S3",
      pool: null,
      requested_at: "2017-02-01T20:00:00.000Z",
      dropped_at: null,
      worker: {
        id: "local-1/copy-1",
        bridge: "bridge.here",
        started_at: "2017-02-01T20:00:30.000Z",
        ended_at: "2017-02-01T20:01:05.000Z",
      },
      steps: [{ step: "copy_requested", at: "2017-02-01T20:00:00.000Z" }],
    },
  ],
  left_out: [],
  databases: [
    {
      database: "Shop",
      result: "backed_up",
      code: null,
      message: null,
      point: "abcdef0123456789",
      scans: [{ table: "dbo.Orders", rows: 12_345, bytes_read: 2048 }],
      bytes_read: 2048,
      bytes_stored: 512,
    },
    {
      database: "Crm",
      result: "failed",
      code: "DATABASE_NOT_FOUND",
      message: "Database not found: There is no database Crm.\nCreate it.",
      point: null,
      scans: [],
      bytes_read: 0,
      bytes_stored: 0,
    },
  ],
};

test("jobs are listed with what they did and how long they took", () => {
  const [head, row] = formatJobs({ jobs: [JOB] }).split("\n");
  assert.match(head ?? "", /^JOB +OPERATION +SUBJECT +STATUS +STARTED +TOOK +READ +STORED$/);
  assert.match(
    row ?? "",
    /^job-0102030405 +backup \(full\) +backup_set\.orders +successful with errors +2017-02-01 20:00:00 UTC +1m 5s +2\.0 KiB +512 B$/,
  );
  assert.match(formatJobs({ jobs: [JOB] }), / {4}holdfast jobs show job-0102030405\n$/);
});

test("the point that a restore is of is cut to what a command line needs", () => {
  const restore = { ...JOB, operation: "restore", subject: "a".repeat(32) };
  assert.match(formatJobs({ jobs: [restore] }), /restore \(full\) +a{12} /);
});

test("a job that runs has taken no time yet", () => {
  const running = { ...JOB, status: "running", finished_at: null };
  assert.match(formatJobs({ jobs: [running] }), /running +2017-02-01 20:00:00 UTC +2\.0 KiB/);
});

test("one job shows every database: its point, its tables, or why it has none", () => {
  const text = formatJob(JOB);
  assert.match(text, /^Status {5}successful with errors$/m);
  assert.match(text, /^Worker {5}local-1 \(process 42 on db1, ended\)$/m);
  assert.match(
    text,
    /^Shop: backed up as abcdef0123456789\n {2}TABLE +ROWS +READ\n {2}dbo\.Orders +12,345 +2\.0 KiB$/m,
  );
  assert.match(
    text,
    /^Crm: failed\n {2}DATABASE_NOT_FOUND Database not found: .*\n {2}Create it\.$/m,
  );
});

test("copies are shown with what they ran on and with their lifetimes and workers", () => {
  assert.match(
    formatJob(JOB),
    /^COPY +ON +REQUESTED +DROPPED +WORKER +ENDED\nShop_holdfast_0123abcd +S3 +2017-02-01 20:00:00 UTC +not yet +local-1\/copy-1 +2017-02-01 20:01:05 UTC$/m,
  );
});

test("no job yet says how to run one", () => {
  assert.equal(formatJobs({ jobs: [] }), "No job yet. Run one:\n\n    holdfast backup SET\n");
});

test("the ratio of user databases and that of system databases are told apart", () => {
  assert.match(
    formatJob(JOB),
    /^Ratio +4 to 1 \(user databases\), nothing new \(system databases\)$/m,
  );
});

test("a point that is a full instead says why, and what is said fits the terminal but for what is to be copied", () => {
  const [shop, crm] = JOB.databases;
  const command = `    holdfast restore ${"1234567890".repeat(9)}`;
  const databases = [
    {
      ...(shop ?? assert.fail()),
      conversion_reason: "first_backup",
      notes: ["a note ".repeat(40)],
    },
    { ...(crm ?? assert.fail()), message: `${"It is not there. ".repeat(20)}\n\n${command}` },
  ];
  const text = formatJob({ ...JOB, type: "cdc", databases }, 60);
  assert.match(
    text,
    /^Shop: backed up as abcdef0123456789\n {2}A full, and not cdc: first_backup\.$/m,
  );
  assert.ok(text.includes(`\n\n  ${command}\n`));
  const [, ...said] = text.slice(text.indexOf("Shop:")).split("\n");
  for (const line of said) assert.ok(line.length <= 60 || line.includes(command), line);
});

test("what a server said does not steer the terminal, and keeps its lines", () => {
  const [shop, crm] = JOB.databases;
  const databases = [
    { ...(shop ?? assert.fail()), notes: ["One.\n\n    EXEC two"] },
    { ...(crm ?? assert.fail()), message: "No \u001b[2J there." },
  ];
  const text = formatJob({ ...JOB, databases });
  assert.match(text, /\n {2}One\.\n\n {6}EXEC two\n/);
  assert.match(text, /^ {2}DATABASE_NOT_FOUND No \ufffd\[2J there\.$/m);
});
