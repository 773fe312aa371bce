import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JobRecord } from "../../core/catalog/job.ts";
import { failure } from "../../core/diagnostics/diagnostic.ts";
import type { Ports } from "../../core/operations/ports.ts";
import { restorePoint } from "../../core/operations/restore.ts";
import { sweepProjectCopies } from "../../core/operations/sweep-left-copies.ts";
import type { DatabaseCapture } from "../../core/resource/database-capture.ts";
import { objectsOf } from "../support/capture-story.ts";
import { overriding } from "../support/capture-world.ts";
import { dieOnce, troubled } from "../support/copy-deaths.ts";
import { type CopyServer, type CopyWorld, startCopyServer } from "../support/copy-world.ts";
import { mortalPorts } from "../support/mortal-ports.ts";
import { randomChoices } from "../support/random-choices.ts";

let server: CopyServer;

before(async () => {
  server = await startCopyServer();
  await server.database("Shop");
});
after(() => server[Symbol.asyncDispose]());

function outcomeOf({ status, databases }: JobRecord) {
  return [status, ...databases.map(({ result, code }) => [result, code])];
}

const DONE = ["successful", ["backed_up", null]];

test("A-30 [end to end] wherever a backup by a copy is killed, the next one leaves no copy and no worker behind", async () => {
  let act = 1;
  for (; await dieOnce(server, { act, isDone: false }); act += 1) {
    await dieOnce(server, { act, isDone: true });
  }
  assert.ok(act > 12, `only ${act} acts`);
});

test("a vault that is full leaves no copy and no point", async () => {
  const own = await server.world(["Shop"]);
  const full: Ports["openFolderStore"] = async (path) => {
    const store = await own.ports.openFolderStore(path);
    const put: typeof store.put = (name, chunks, options) =>
      name.startsWith("points/") ? Promise.reject(storeFull()) : store.put(name, chunks, options);
    return overriding(store, { put });
  };
  const ports = { ...own.ports, openFolderStore: full };
  assert.deepEqual(await troubled(server, own, ports), ["failed", "STORE_FULL"]);
  assert.deepEqual(outcomeOf(await own.run()), DONE);
});

function storeFull() {
  return failure({ code: "STORE_FULL", summary: "Store full", detail: "No room." });
}

test("an answer that is lost leads to no second copy", async () => {
  const own = await server.world(["Shop"]);
  const { faults, requests } = server.azure.tenant;
  faults.order({ kind: "answer_lost", method: "PUT" });
  const saved = await own.run();
  assert.deepEqual(outcomeOf(saved), DONE);
  const name = saved.copies?.[0]?.operation.target.database ?? "";
  const asked = requests.filter(({ method, path }) => method === "PUT" && path.endsWith(name));
  assert.equal(asked.length, 1);
});

/** The same capture, whose schema is another one when it is asked for again: then the vault cannot give it back. */
function changing(capture: DatabaseCapture): DatabaseCapture {
  let asked = 0;
  return {
    inventory: capture.inventory,
    tables: capture.tables,
    notes: capture.notes,
    get schema() {
      asked += 1;
      return asked === 1 ? capture.schema : new Uint8Array(3);
    },
    rows: (table, options) => capture.rows(table, options),
    complete: (options) => capture.complete(options),
    [Symbol.asyncDispose]: () => capture[Symbol.asyncDispose](),
  };
}

test("a point that the vault does not give back as it was read is never listed, and its copy is dropped", async () => {
  const own = await server.world(["Shop"]);
  const openServer: Ports["openServer"] = async (target, options) => {
    const real = await own.ports.openServer(target, options);
    return overriding(real, {
      openCapture: async (database, given) => changing(await real.openCapture(database, given)),
    });
  };
  const told = await troubled(server, own, { ...own.ports, openServer });
  assert.deepEqual(told, ["failed", "ISOLATED_COPY_NOT_VERIFIED"]);
  assert.deepEqual(outcomeOf(await own.run()), DONE);
  const listed = (await own.catalog.points()).filter(({ state }) => state === "listed");
  assert.equal(listed.length, 1);
});

test("a database that does not allow snapshot isolation is backed up all the same, as nobody writes to its copy", async () => {
  const own = await server.world(["Shop"]);
  await server.sql("Shop", "ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION OFF");
  assert.deepEqual(outcomeOf(await own.run()), DONE);
  await server.sql("Shop", "ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON");
});

test("a copy of a process on another host is left alone until it has expired", async () => {
  const own = await server.world(["Shop"]);
  own.alive = true;
  const life = mortalPorts(own.ports, { act: 4, isDone: true });
  await assert.rejects(own.run(life.ports));
  const elsewhere = { ...own.ports, worker: { ...own.ports.worker, host: "other" } };
  const copies = () => server.databases().filter((name) => name.startsWith("Shop_holdfast_"));
  await sweepProjectCopies(elsewhere);
  assert.equal(copies().length, 1);
  own.time += 5 * 24 * 3_600_000;
  await sweepProjectCopies(own.ports);
  assert.equal(copies().length, 1);
  await sweepProjectCopies(elsewhere);
  assert.equal(copies().length, 0);
});

test("a copy that somebody drops while it is read, a cancelled job and Ctrl-C leave nothing", async () => {
  const own = await server.world(["Shop"]);
  server.wire.before = async ({ database, sql }) => {
    if (!/FROM \[dbo\]\.\[Account\]/.test(sql)) return;
    await server.azure.call("DELETE", `/databases/${database}`);
  };
  const [status, code] = await troubled(server, own);
  assert.equal(status, "failed");
  assert.match(String(code), /^(TABLE_READ_FAILED|SERVER_.*)$/);
  server.wire.before = () => Promise.resolve();

  const sleep: Ports["sleep"] = async (milliseconds, options) => {
    const [running] = await own.catalog.jobs({ limit: 1 });
    await own.catalog.write([{ kind: "cancel_job", id: running?.id ?? "" }]);
    await own.ports.sleep(milliseconds, options);
  };
  assert.deepEqual(await troubled(server, own, { ...own.ports, sleep }), [
    "cancelled",
    "JOB_CANCELLED",
  ]);

  const stopping: Ports["sleep"] = (milliseconds, { signal }) => {
    own.cancel();
    return own.ports.sleep(milliseconds, { signal });
  };
  const [stopped] = await troubled(server, own, { ...own.ports, sleep: stopping });
  assert.ok(stopped === "cancelled" || stopped === "failed", String(stopped));
});

test("A-08 A-23 [end to end] money that moves between accounts while a copy is made is neither lost nor doubled", async () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const own = await server.world(["Shop"]);
    const choose = randomChoices(seed);
    const transfer = () => {
      const [from, to, amount] = [choose(10) + 1, choose(10) + 1, choose(50)];
      return server.sql(
        "Shop",
        `BEGIN TRANSACTION; UPDATE dbo.Account SET amount = amount - ${amount} WHERE id = ${from}; UPDATE dbo.Account SET amount = amount + ${amount} WHERE id = ${to}; COMMIT`,
      );
    };
    server.wire.before = () => (choose(3) === 0 ? transfer() : Promise.resolve());
    const sleep: Ports["sleep"] = async (milliseconds, options) => {
      if (choose(4) === 0) await transfer();
      await own.ports.sleep(milliseconds, options);
    };
    const saved = await own.run({ ...own.ports, sleep });
    server.wire.before = () => Promise.resolve();
    const point = saved.databases[0]?.point ?? "";
    const outcome = await restorePoint({ point, to: "orders", as: "Bank" }, own.ports);
    assert.equal(outcome.job.status, "successful", `seed ${seed}`);
    assert.deepEqual(
      await server.rows("Bank", "SELECT SUM(amount), COUNT(*) FROM dbo.Account"),
      [[100, 10]],
      `seed ${seed}`,
    );
    await server.azure.call("DELETE", "/databases/Bank");
  }
});

/** A source of some hundred KB, and what a backup of it holds. */
async function makeGreat(): Promise<CopyWorld> {
  await server.database("Great");
  for (let from = 0; from < 5000; from += 1000) {
    const rows = Array.from({ length: 1000 }, (_, at) => `(${from + at}, REPLICATE('word ', 12))`);
    const table = "CREATE TABLE dbo.A (id int NOT NULL PRIMARY KEY, words varchar(99))";
    await server.sql(
      "Great",
      `${from === 0 ? table : ""}\nGO\nINSERT INTO dbo.A VALUES ${rows.join(", ")}`,
    );
  }
  return server.world(["Great"]);
}

test("a copy whose connections are lost is read on, its point has the same bytes, and the copy is dropped", async () => {
  const own = await makeGreat();
  assert.deepEqual(outcomeOf(await own.run()), DONE);
  const wanted = await objectsOf(own);
  const left = server.databases();
  let done = 0;
  for (let before = 2; before < 6; before += 1) {
    for (let packets = 2; packets < 40; packets += 5) {
      server.wire.cuts.splice(0, 99, ...Array<number>(before).fill(10_000), packets, packets + 9);
      const [status] = outcomeOf(await own.run());
      assert.deepEqual(server.databases(), left);
      if (status !== "successful") continue;
      done += 1;
      const { bytes } = await objectsOf(own);
      for (const [path, content] of wanted.bytes) assert.ok(bytes.get(path)?.equals(content), path);
    }
  }
  server.wire.cuts.length = 0;
  const readOn = server.wire.heard.filter(({ sql }) => / WHERE .* ORDER BY .*MAXDOP/.test(sql));
  assert.ok(done > 10 && readOn.length > 0, `${done} done, ${readOn.length} read on`);
});
