import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, createTestEngine } from "../../../support/sandbox/engine-client.ts";

test("jobs, steps, schedules, operators and alerts stand where a DBA looks for them", async () => {
  const client = connect(createTestEngine());
  await client.script(
    `EXEC msdb.dbo.sp_add_operator @name = N'dba', @email_address = N'dba@example.com';
     EXEC msdb.dbo.sp_add_job @job_name = N'nightly', @notify_email_operator_name = N'dba', @category_name = N'Database Maintenance';
     EXEC msdb.dbo.sp_add_jobstep @job_name = N'nightly', @step_name = N'check', @command = N'DBCC CHECKDB';
     EXEC msdb.dbo.sp_add_jobstep @job_name = N'nightly', @step_name = N'more', @command = N'SELECT 1', @database_name = N'model';
     EXEC msdb.dbo.sp_add_schedule @schedule_name = N'at two', @freq_type = 4, @freq_interval = 1, @active_start_time = 20000;
     EXEC msdb.dbo.sp_attach_schedule @job_name = N'nightly', @schedule_name = N'at two';
     EXEC msdb.dbo.sp_add_jobserver @job_name = N'nightly';
     EXEC msdb.dbo.sp_add_alert @name = N'severe', @severity = 20`,
  );
  assert.deepEqual(
    await client.rows(
      `SELECT j.name, s.step_id, s.step_name, s.database_name, c.name, o.name, d.name, SUSER_SNAME(j.owner_sid)
       FROM msdb.dbo.sysjobs j JOIN msdb.dbo.sysjobsteps s ON s.job_id = j.job_id JOIN msdb.dbo.syscategories c ON c.category_id = j.category_id
       JOIN msdb.dbo.sysoperators o ON o.id = j.notify_email_operator_id JOIN msdb.dbo.sysjobschedules a ON a.job_id = j.job_id
       JOIN msdb.dbo.sysschedules d ON d.schedule_id = a.schedule_id ORDER BY s.step_id`,
    ),
    [
      ["nightly", 1, "check", "master", "Database Maintenance", "dba", "at two", "sa"],
      ["nightly", 2, "more", "model", "Database Maintenance", "dba", "at two", "sa"],
    ],
  );
  assert.deepEqual(await client.rows("SELECT name, severity FROM msdb.dbo.sysalerts"), [
    ["severe", 20],
  ]);
  const again = await client.run("EXEC msdb.dbo.sp_add_job @job_name = N'nightly'");
  assert.match(again.errors[0]?.message ?? "", /already exists/);
  await client.script("EXEC msdb.dbo.sp_delete_job @job_name = N'nightly'");
  assert.deepEqual(
    await client.rows(
      "SELECT (SELECT COUNT(*) FROM msdb.dbo.sysjobs), (SELECT COUNT(*) FROM msdb.dbo.sysschedules)",
    ),
    [[0, 0]],
  );
});

test("tables of msdb ship with the server", async () => {
  const client = connect(createTestEngine(), { database: "msdb" });
  assert.deepEqual(await client.rows("SELECT COUNT(*) FROM sys.objects WHERE is_ms_shipped = 0"), [
    [0],
  ]);
});

test("linked servers are listed, and their logins", async () => {
  const client = connect(createTestEngine());
  await client.script(
    `EXEC sp_addlinkedserver @server = N'FAR', @srvproduct = N'', @provider = N'MSOLEDBSQL', @datasrc = N'far.example.com';
     EXEC sp_addlinkedsrvlogin @rmtsrvname = N'FAR', @useself = 'FALSE', @rmtuser = N'reader', @rmtpassword = N'x'`,
  );
  assert.deepEqual(
    await client.rows(
      "SELECT s.name, s.provider, s.data_source, s.is_linked, l.remote_name FROM sys.servers s LEFT JOIN sys.linked_logins l ON l.server_id = s.server_id ORDER BY s.server_id",
    ),
    [
      ["SANDBOX", "SQLNCLI", "SANDBOX", 0, null],
      ["FAR", "MSOLEDBSQL", "far.example.com", 1, "reader"],
    ],
  );
  assert.equal(await client.error("SELECT * FROM FAR.a.dbo.t"), 40_515);
  await client.script("EXEC sp_dropserver @server = N'FAR', @droplogins = 'droplogins'");
  assert.deepEqual(await client.rows("SELECT COUNT(*) FROM sys.servers"), [[1]]);
});
