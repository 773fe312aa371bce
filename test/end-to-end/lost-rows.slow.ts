import assert from "node:assert/strict";
import { test } from "node:test";
import { restorePoint } from "../../core/operations/restore.ts";
import { DONE, newestOf, objectsOf, outcomeOf } from "../support/capture-story.ts";
import { serveTests } from "../support/capture-tests.ts";
import type { CaptureServer, CaptureWorld } from "../support/capture-world.ts";

let server: CaptureServer;

serveTests((started) => {
  server = started;
});

/** A table that is read at its turn, and small ones that are read before theirs. */
async function makeShop(name: string, first: string): Promise<CaptureWorld> {
  await server.sql("master", `CREATE DATABASE [${name}]`);
  await server.sql(
    name,
    `${first}
GO
CREATE TABLE dbo.Line (a int NOT NULL, b nvarchar(10) NOT NULL, PRIMARY KEY CLUSTERED (a, b DESC))
GO
INSERT INTO dbo.Line SELECT n, N'x' FROM dbo.Great WHERE n < 200
GO
CREATE TABLE dbo.Log (line varchar(20))
GO
INSERT INTO dbo.Log VALUES ('one'), ('one'), ('two')
GO
CREATE TABLE dbo.None (id int NOT NULL PRIMARY KEY)`,
  );
  return server.world({ include: [name] });
}

function values(count: number, row: (n: number) => string): string {
  const batches: string[] = [];
  for (let from = 0; from < count; from += 1000) {
    const rows = Array.from({ length: 1000 }, (_, at) => row(from + at));
    batches.push(`INSERT INTO dbo.Great VALUES ${rows.join(", ")}`);
  }
  return batches.join("\nGO\n");
}

const WORDS = `REPLICATE('word ', 12)`;

const GREAT = {
  "an integer": {
    script: `CREATE TABLE dbo.Great (n int NOT NULL PRIMARY KEY, words varchar(99))\nGO\n${values(8000, (n) => `(${n}, ${WORDS})`)}`,
    isReadOn: true,
  },
  "a text and a moment, descending": {
    script: `CREATE TABLE dbo.Great (n int NOT NULL, name nvarchar(20) NOT NULL, at datetime2(7) NOT NULL, words varchar(99), PRIMARY KEY CLUSTERED (name DESC, at))\nGO\n${values(
      6000,
      (n) => `(${n}, N'n''${n % 7}', DATEADD(millisecond, ${n}, '2024-01-01'), ${WORDS})`,
    )}`,
    isReadOn: true,
  },
  "a float": {
    script: `CREATE TABLE dbo.Great (n int NOT NULL, f float NOT NULL PRIMARY KEY CLUSTERED, words varchar(99))\nGO\n${values(6000, (n) => `(${n}, ${n}.1, ${WORDS})`)}`,
    isReadOn: false,
  },
  "an integer, with long values": {
    script: `CREATE TABLE dbo.Great (n int NOT NULL PRIMARY KEY, words varchar(max))\nGO\nINSERT INTO dbo.Great VALUES ${Array.from({ length: 400 }, (_, n) => `(${n}, REPLICATE(CONVERT(varchar(max), 'long'), ${n % 100 === 0 ? 90_000 : n}))`).join(", ")}`,
    isReadOn: true,
  },
};

/** Connections in order: control, rights, capture; then what reads, and what takes the place of what was cut. */
const BEFORE = [10_000, 10_000, 10_000];
const CUTS: readonly ((packets: number) => readonly number[])[] = [
  (packets) => [packets],
  (packets) => [10_000, packets],
  (packets) => [packets, packets, 12, 40],
];

for (const [key, { script, isReadOn }] of Object.entries(GREAT)) {
  test(`wherever connections are lost, a full of a table whose key is ${key} has the same bytes`, async () => {
    const name = `lost ${key}`;
    const world = await makeShop(name, script);
    assert.deepEqual(outcomeOf(await world.run()), DONE);
    const wanted = await objectsOf(world);
    for (const cuts of CUTS) {
      for (let packets = 1; packets < 60; packets += cuts === CUTS[0] ? 1 : 4) {
        server.wire.cuts.splice(0, 99, ...BEFORE, ...cuts(packets));
        assert.deepEqual(outcomeOf(await world.run("full")), DONE, `${packets}`);
        const found = await objectsOf(world);
        const paths = ({ objects }: typeof found) => objects.map(({ path }) => path);
        assert.deepEqual(paths(found), paths(wanted));
        for (const [path, bytes] of wanted.bytes) {
          assert.ok(found.bytes.get(path)?.equals(bytes), `${path} after ${packets} packets`);
        }
        const counts = ({ objects }: typeof found) =>
          objects.map(({ attributes: { rows } }) => rows);
        assert.deepEqual(counts(found), counts(wanted));
      }
    }
    server.wire.cuts.length = 0;
    const readOn = server.wire.statements.filter((sql) => / WHERE .* ORDER BY .*MAXDOP/.test(sql));
    assert.equal(readOn.length > 0, isReadOn, `${readOn.length} were read on`);
    server.wire.statements.length = 0;
  });
}

test("wherever connections are lost, a restore that loads two tables at a time is whole", async () => {
  const world = await makeShop("lost restore", GREAT["an integer"].script);
  await world.run();
  await server.sql("lost restore", "UPDATE dbo.Great SET words = 'new' WHERE n < 50");
  await server.sql("lost restore", "DELETE FROM dbo.Line WHERE a % 3 = 0");
  assert.deepEqual(outcomeOf(await world.run()), DONE);
  const { id: point } = await newestOf(world);
  const query = `SELECT (SELECT COUNT(*) FROM dbo.Great WHERE words = 'new'), (SELECT COUNT(*) FROM dbo.Great), (SELECT SUM(a) FROM dbo.Line), (SELECT COUNT(*) FROM dbo.Log)`;
  const wanted = await server.rows("lost restore", query);
  let number = 0;
  for (const before of [1, 2, 3]) {
    for (let packets = 8; packets < 60; packets += 5) {
      number += 1;
      const cuts = [...Array<number>(before).fill(10_000), packets, packets + 4, packets];
      server.wire.cuts.splice(0, 99, ...cuts);
      const as = `Whole${number}`;
      const { job } = await restorePoint({ point, to: "orders", as }, world.ports);
      assert.equal(job.status, "successful", `${before} ${packets} ${JSON.stringify(job)}`);
      server.wire.cuts.length = 0;
      assert.deepEqual(await server.rows(as, query), wanted, `${before} ${packets}`);
      await server.sql("master", `DROP DATABASE [${as}]`);
    }
  }
});
