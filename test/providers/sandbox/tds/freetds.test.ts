import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Sandbox, startSandbox } from "../../../../providers/sandbox/sandbox.ts";
import type { ResultColumn } from "../../../../providers/sandbox/session/session.ts";
import type { SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import {
  column,
  createFakeEngine,
  FAKE_PASSWORD,
  sendResult,
} from "../../../support/fake-engine.ts";
import { freetdsSkip, runProgram } from "../../../support/freetds.ts";

const COLUMNS: readonly ResultColumn[] = [
  column("id", { name: "int" }, false),
  column("big", { name: "bigint" }),
  column("n", { name: "nvarchar", length: 60 }),
  column("v", { name: "varchar", length: 60 }),
  column("m", { name: "money" }),
  column("dec", { name: "decimal", precision: 18, scale: 4 }),
  column("g", { name: "uniqueidentifier" }),
  column("b", { name: "varbinary", length: 50 }),
  { ...column("t", { name: "text" }), tableName: "dbo.t" },
  column("x", { name: "nvarchar", length: -1 }),
  column("r", { name: "real" }),
  column("f", { name: "bit" }),
];
const GUID = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
const ROW: readonly SqlValue[] = [
  1,
  -(2n ** 63n),
  "Sömé 日本",
  "naïve €",
  123_456n,
  -123_456_789n,
  GUID,
  Uint8Array.of(1, 2, 255),
  "long é",
  "max",
  1.5,
  1,
];
const NULLS: readonly SqlValue[] = ROW.map((_, index) => (index === 0 ? 2 : null));

async function start(received: SqlValue[][] = []): Promise<Sandbox> {
  const engine = createFakeEngine({
    async batch(sql, sink) {
      if (/^insert bulk/i.test(sql)) return;
      await sendResult(sink, COLUMNS, /fmtonly/i.test(sql) ? [] : [ROW, NULLS]);
    },
    async bulkLoad({ rows }, sink) {
      for await (const some of rows) for (const row of some) received.push([...row]);
      sink.statementEnd({ rowCount: received.length, isError: false, command: 0xc3 });
    },
  });
  return startSandbox({ engine, port: 0 });
}

const login = (port: number): string[] => ["-U", "sa", "-P", FAKE_PASSWORD, ...address(port)];
const address = (port: number): string[] => ["-H", "127.0.0.1", "-p", String(port)];

for (const version of ["7.3", "7.4"]) {
  for (const encryption of ["off", "request", "require"]) {
    test(`tsql reads a result with TDS ${version} and encryption "${encryption}"`, {
      skip: freetdsSkip("tsql"),
    }, async () => {
      await using sandbox = await start();
      const folder = await mkdtemp(join(tmpdir(), "holdfast-freetds-"));
      try {
        const settings = `[global]\ntds version = ${version}\nencryption = ${encryption}\nclient charset = UTF-8\ntext size = 64512\n`;
        await writeFile(join(folder, "freetds.conf"), settings);
        const { stdout } = await runProgram("tsql", [...login(sandbox.port), "-o", "hfq"], {
          stdin: "select *\ngo\nexit\n",
          env: { FREETDSCONF: join(folder, "freetds.conf") },
        });
        const fields = stdout
          .split("\n")
          .find((line) => line.startsWith("1\t"))
          ?.split("\t");
        assert.deepEqual(fields, [
          "1",
          "-9223372036854775808",
          "Sömé 日本",
          "naïve €",
          "12.3456",
          "-12345.6789",
          GUID,
          "0102ff",
          "long é",
          "max",
          "1.5",
          "1",
        ]);
        assert.match(stdout, /^2(\tNULL){11}$/m);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
}

test("tsql tells a failed sign-in", { skip: freetdsSkip("tsql") }, async () => {
  await using sandbox = await start();
  const args = ["-U", "sa", "-P", "wrong", ...address(sandbox.port)];
  const { stdout, stderr } = await runProgram("tsql", args, { stdin: "exit\n" });
  assert.match(stdout + stderr, /Msg 18456 \(severity 14, state 1\)/);
});

test("freebcp takes a table out and brings it in again", {
  skip: freetdsSkip("freebcp"),
}, async () => {
  const received: SqlValue[][] = [];
  await using sandbox = await start(received);
  const folder = await mkdtemp(join(tmpdir(), "holdfast-freetds-"));
  const server = ["-S", `127.0.0.1:${sandbox.port}`, "-U", "sa", "-P", FAKE_PASSWORD];
  const file = join(folder, "t.txt");
  try {
    const out = await runProgram("freebcp", ["dbo.t", "out", file, ...server, "-c", "-t", "|"]);
    assert.match(out.stdout, /2 rows copied/, out.stderr);
    assert.match(await readFile(file, "utf8"), /^1\|-9223372036854775808\|Sömé 日本\|naïve €\|/);
    const back = await runProgram("freebcp", ["dbo.t", "in", file, ...server, "-c", "-t", "|"]);
    assert.match(back.stdout, /2 rows copied/, back.stderr);
    assert.deepEqual(received, [ROW, NULLS]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
