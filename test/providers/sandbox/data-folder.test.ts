import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startEmbeddedServer } from "../../../cmd/wiring/sandbox.ts";
import { openEngine } from "../../../providers/sandbox/engine/create-engine.ts";
import { connect, TEST_ENGINE_OPTIONS } from "../../support/sandbox/engine-client.ts";
import { withCode } from "../../support/with-code.ts";

const SCRIPT = `CREATE TABLE dbo.Kept (id int NOT NULL PRIMARY KEY, text nvarchar(20) NULL);
GO
INSERT dbo.Kept VALUES (1, N'kept'), (2, NULL);
`;
const CHECK =
  "IF (SELECT COUNT(*) FROM dbo.Kept WHERE text = N'kept') <> 1 THROW 50001, N'lost', 1;";

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-data-test-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const PASSWORD = "Not-a-secret-1";
const request = { port: 0, dataFolder: "data", password: PASSWORD };

test("a sandbox with a folder has its databases again at the next start", async () => {
  await inFolder(async (directory) => {
    const place = { directory, signal: new AbortController().signal };
    await writeFile(join(directory, "make.sql"), SCRIPT);
    await writeFile(join(directory, "check.sql"), CHECK);
    {
      await using sandbox = await startEmbeddedServer(request, place);
      await sandbox.load({ database: "Shop", file: "make.sql" });
    }
    await using again = await startEmbeddedServer(request, place);
    await again.load({ database: "Shop", file: "check.sql" });
  });
});

test("a damaged file of the folder is refused and left as it is", async () => {
  await inFolder(async (directory) => {
    const place = { directory, signal: new AbortController().signal };
    await (await startEmbeddedServer(request, place))[Symbol.asyncDispose]();
    const [file = ""] = await readdir(join(directory, "data"));
    await writeFile(join(directory, "data", file), "garbage");
    await assert.rejects(
      startEmbeddedServer(request, place),
      withCode("SANDBOX_DATA_UNREADABLE", "data"),
    );
    assert.deepEqual(await readdir(join(directory, "data")), [file]);
  });
});

test("a copy that was under way when the sandbox ended is whole at its next start", async () => {
  await inFolder(async (directory) => {
    const options = {
      ...TEST_ENGINE_OPTIONS,
      flavour: "azure_sql",
      copyEnd: () => ({ duration: Number.POSITIVE_INFINITY, failure: undefined }),
    } as const;
    const engine = await openEngine(options, directory);
    const master = connect(engine);
    await master.script("CREATE DATABASE source");
    const source = connect(engine, { database: "source" });
    await source.script("CREATE TABLE dbo.Kept (id int); INSERT dbo.Kept VALUES (1)");
    await master.script("CREATE DATABASE target AS COPY OF source");
    await engine.close();
    const again = await openEngine(options, directory);
    const target = connect(again, { database: "target" });
    assert.deepEqual(await target.rows("SELECT id FROM dbo.Kept"), [[1]]);
  });
});
