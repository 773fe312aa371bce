import assert from "node:assert/strict";
import type { CapturedTable } from "../../../core/resource/database-capture.ts";
import { EVERY_FEATURE, RARE_FEATURES } from "../../support/every-feature.ts";
import {
  EVERY_VERSION,
  momentQuestions,
  NEW_VERSIONS,
  VERSION_QUESTIONS,
} from "../../support/every-version.ts";
import { inOneLine } from "./capabilities.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import {
  assertEqualDatabases,
  type ConformanceServer,
  copyDatabase,
} from "./conformance-server.ts";

const SHOWN = 70;

/** Runs what the server takes; gives a line for what it refuses. */
async function runKnown(
  { home }: ConformanceServer,
  database: string,
  batches: readonly string[],
): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const sql of batches) {
    try {
      await home.run(database, sql);
    } catch (error) {
      refused.push(`${sql.replaceAll(/\s+/g, " ").slice(0, SHOWN)}: ${inOneLine(error)}`);
    }
  }
  return refused;
}

const PLAIN_TABLES: ConformanceCase = {
  title: "tables with keys, indexes, defaults, checks and references come back with their rows",
  needs: ["snapshot_isolation"],
  run: async (server) => {
    const source = await server.make(
      "Plain",
      "CREATE TABLE dbo.Parent (Id int NOT NULL CONSTRAINT PK_Parent PRIMARY KEY, Name nvarchar(40) NOT NULL CONSTRAINT UQ_Parent UNIQUE, Price decimal(9,2) NULL CONSTRAINT DF_Price DEFAULT (1.5), CONSTRAINT CK_Price CHECK (Price >= 0))",
      "CREATE TABLE dbo.Child (Id int IDENTITY(1,1) NOT NULL CONSTRAINT PK_Child PRIMARY KEY, ParentId int NOT NULL CONSTRAINT FK_Child FOREIGN KEY REFERENCES dbo.Parent (Id), Note varchar(20) NULL)",
      "CREATE INDEX IX_Child ON dbo.Child (ParentId)",
      "INSERT INTO dbo.Parent (Id, Name) VALUES (1, N'Жизнь'), (2, N'b')",
      "INSERT INTO dbo.Child (ParentId, Note) VALUES (1, 'x'), (2, NULL)",
      "CREATE TABLE dbo.Heap (a int NULL)",
      "INSERT INTO dbo.Heap VALUES (2), (NULL), (1)",
    );
    await assertEqualDatabases(server, source, await copyDatabase(server, source));
    return [];
  },
};

const OBJECTS: ConformanceCase = {
  title: "every kind of object comes back, with names that need quoting",
  needs: ["snapshot_isolation"],
  run: async (server) => {
    const source = await server.make("Objects 'odd' ]Ж");
    const refused = await runKnown(server, source, [...EVERY_FEATURE, ...RARE_FEATURES]);
    await assertEqualDatabases(server, source, await copyDatabase(server, source));
    return refused;
  },
};

const POSITIONS: ConformanceCase = {
  title: "identities and sequences of a copy go on where the source stood",
  needs: ["snapshot_isolation"],
  run: async (server) => {
    const source = await server.make(
      "Positions",
      "CREATE TABLE dbo.T (id int IDENTITY(1,1) NOT NULL PRIMARY KEY, v int NULL)",
      "INSERT dbo.T (v) VALUES (1), (2), (3)",
      "DELETE dbo.T WHERE id = 3",
      "CREATE SEQUENCE dbo.S AS int START WITH 1 INCREMENT BY 1",
      "SELECT NEXT VALUE FOR dbo.S AS v",
    );
    const copy = await copyDatabase(server, source);
    await server.home.run(copy, "INSERT dbo.T (v) VALUES (9)");
    assert.deepEqual(await server.ask(copy, "SELECT MAX(id) AS id FROM dbo.T"), [{ id: 4 }]);
    const next = "SELECT CONVERT(int, NEXT VALUE FOR dbo.S) AS v";
    assert.deepEqual(await server.ask(copy, next), [{ v: 2 }]);
    return [];
  },
};

const ONE_MOMENT: ConformanceCase = {
  title: "a capture shows one moment, whatever is written meanwhile",
  needs: ["snapshot_isolation"],
  run: async (server) => {
    const source = await server.make(
      "Moment",
      "CREATE TABLE dbo.A (id int NOT NULL PRIMARY KEY, v int NOT NULL)",
      "INSERT dbo.A VALUES (1, 1), (2, 2)",
    );
    const read = async (table: CapturedTable): Promise<number> => {
      const { slices } = await capture.rows(table);
      let rows = 0;
      for await (const { rowEnds } of slices) rows += rowEnds.length;
      return rows;
    };
    await using capture = await server.server.openCapture(source);
    const [table] = capture.tables;
    assert.ok(table);
    assert.equal(await read(table), 2);
    await server.home.run(source, "DELETE dbo.A WHERE id = 1");
    assert.equal(await read(table), 2);
    await capture.complete();
    return [];
  },
};

const TEMPORAL: ConformanceCase = {
  title: "a copy of temporal tables answers every question about the past as its source does",
  needs: ["snapshot_isolation", "temporal_tables"],
  run: async (server) => {
    const source = await server.make("Versions", ...EVERY_VERSION, ...NEW_VERSIONS);
    const copy = await copyDatabase(server, source);
    const moments = await server.ask(
      source,
      "SELECT DISTINCT CONVERT(varchar(27), ValidFrom, 126) AS m FROM Warehouse.Colors FOR SYSTEM_TIME ALL",
    );
    assert.ok(moments.length > 1);
    const questions = moments.flatMap(({ m }) => momentQuestions(String(m)));
    for (const sql of [...VERSION_QUESTIONS, ...questions]) {
      assert.deepEqual(await server.ask(copy, sql), await server.ask(source, sql), sql);
    }
    return [];
  },
};

const ENCRYPTION: ConformanceCase = {
  title: "a copy that is to be encrypted is",
  needs: ["snapshot_isolation", "encryption"],
  run: async (conforming) => {
    const { home, server } = conforming;
    const source = await conforming.make("Plaintext", "CREATE TABLE dbo.A (id int NOT NULL)");
    const database = home.name("Encrypted");
    await using capture = await server.openCapture(source);
    const request = { database, schema: capture.schema, encrypt: true };
    await using restore = await server.openRestore(request);
    await restore.complete();
    const facts = (await server.databases()).find(({ name }) => name === database);
    assert.equal(facts?.isEncrypted, true);
    return [];
  },
};

export const SCHEMA_CASES = [PLAIN_TABLES, POSITIONS, ONE_MOMENT, OBJECTS, TEMPORAL, ENCRYPTION];
