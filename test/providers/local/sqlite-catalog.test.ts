import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { DiagnosticError } from "../../../core/diagnostics/diagnostic.ts";
import {
  createCatalog,
  openCatalog,
  openCatalogReader,
} from "../../../providers/local/sqlite-catalog.ts";
import { catalogConformance, sampleObject, samplePoint } from "../../conformance/catalog.ts";

const folder = await mkdtemp(join(tmpdir(), "holdfast-catalog-"));
after(() => rm(folder, { recursive: true, force: true }));

let made = 0;
function newPath(): string {
  made += 1;
  return join(folder, `${made}`, "catalog.db");
}

catalogConformance("sqlite", () => createCatalog(newPath()));

function hasCode(code: string) {
  return (error: unknown) => error instanceof DiagnosticError && error.diagnostic.code === code;
}

async function populated(points: number): Promise<string> {
  const path = newPath();
  await using catalog = await createCatalog(path);
  await catalog.write([
    { kind: "put_object", object: sampleObject("a") },
    ...Array.from({ length: points }, (_, index) => ({
      kind: "put_point" as const,
      point: samplePoint(`p${index}`, index),
    })),
  ]);
  return path;
}

test("what was written is there after reopening", async () => {
  const path = await populated(3);
  await using catalog = await openCatalog(path);
  assert.equal((await catalog.version()).serial, 1);
  assert.equal((await catalog.points()).length, 3);
});

test("reading leaves the catalog byte for byte as it was and no file beside it", async () => {
  const path = await populated(3);
  const before = readFileSync(path);
  {
    await using reader = await openCatalogReader(path);
    await reader.version();
    await reader.objects();
    await reader.points();
    await reader.jobs();
    assert.deepEqual(readdirSync(join(path, "..")), ["catalog.db"]);
  }
  assert.deepEqual(readFileSync(path), before);
});

test("a reader takes back the write of a process that died in the middle of it", async () => {
  const path = await populated(2000);
  const before = readFileSync(path);
  const crashed = newPath();
  await (await createCatalog(crashed))[Symbol.asyncDispose]();
  {
    using database = new DatabaseSync(path);
    database.exec(
      "PRAGMA cache_size = 1; BEGIN; UPDATE point SET job = job || 'x', database = 'y';",
    );
    copyFileSync(path, crashed);
    copyFileSync(`${path}-journal`, `${crashed}-journal`);
    database.exec("ROLLBACK");
  }
  assert.notDeepEqual(readFileSync(crashed), before);
  await using reader = await openCatalogReader(crashed);
  assert.ok((await reader.points()).every(({ database }) => database === "shop"));
  assert.deepEqual(readFileSync(crashed), before);
  assert.ok(!existsSync(`${crashed}-journal`));
});

const SPOILED: readonly [string, string, (path: string) => void][] = [
  ["garbage", "CATALOG_UNREADABLE", (path) => writeFileSync(path, "no catalog ".repeat(500))],
  [
    "a truncated catalog",
    "CATALOG_UNREADABLE",
    (path) => writeFileSync(path, readFileSync(path).subarray(0, 5000)),
  ],
  [
    "another program's database",
    "CATALOG_UNREADABLE",
    (path) => run(path, "PRAGMA application_id = 7"),
  ],
  ["a newer format", "CATALOG_NEWER_FORMAT", (path) => run(path, "PRAGMA user_version = 99")],
  ["an empty file", "CATALOG_NOT_INITIALISED", (path) => writeFileSync(path, "")],
];

function run(path: string, sql: string): void {
  using database = new DatabaseSync(path);
  database.exec(sql);
}

for (const [what, code, spoil] of SPOILED) {
  test(`${what} is refused with ${code} and left as it is`, async () => {
    const path = await populated(50);
    spoil(path);
    const before = readFileSync(path);
    const read = async (open: typeof openCatalogReader) => {
      await using reader = await open(path);
      await reader.points();
    };
    await assert.rejects(read(openCatalogReader), hasCode(code));
    await assert.rejects(read(openCatalog), hasCode(code));
    assert.deepEqual(readFileSync(path), before);
  });
}

test("a catalog that is not there is not made by opening it", async () => {
  const path = newPath();
  await assert.rejects(openCatalog(path), hasCode("CATALOG_NOT_INITIALISED"));
  await assert.rejects(openCatalogReader(path), hasCode("CATALOG_NOT_INITIALISED"));
  assert.ok(!existsSync(path));
});

test("making a catalog twice leaves the first one", async () => {
  const path = await populated(2);
  const before = readFileSync(path);
  await assert.rejects(createCatalog(path), hasCode("CATALOG_EXISTS"));
  assert.deepEqual(readFileSync(path), before);
});

test("a folder that cannot be made is CATALOG_NOT_WRITABLE", async () => {
  const path = await populated(0);
  await assert.rejects(createCatalog(join(path, "below", "x.db")), hasCode("CATALOG_NOT_WRITABLE"));
});

test("a write of which one part fails changes nothing", async () => {
  await using catalog = await createCatalog(newPath());
  const broken = { ...samplePoint("x", 1), bytesStored: 0.5 };
  await assert.rejects(
    catalog.write([
      { kind: "put_object", object: sampleObject("a") },
      { kind: "put_point", point: broken },
    ]),
  );
  assert.deepEqual(await catalog.objects(), []);
  assert.equal((await catalog.version()).serial, 0);
});

const LOCKER = `
  import { openCatalog } from ${JSON.stringify(new URL("../../../providers/local/sqlite-catalog.ts", import.meta.url).href)};
  const catalog = await openCatalog(process.argv[1]);
  const result = await catalog.lock("apply").then(() => "locked", (error) => error.diagnostic.code);
  process.stdout.write(result + "\\n");
  setInterval(() => {}, 1000);
`;

function startLocker(path: string) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", LOCKER, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const result = once(child.stdout, "data").then(([text]) => String(text).trim());
  const end = async () => {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  return { result, end };
}

test("of processes that lock at once, one gets the lock, and dying frees it", async () => {
  const path = await populated(1);
  const lockers = Array.from({ length: 3 }, () => startLocker(path));
  const results = await Promise.all(lockers.map(({ result }) => result));
  assert.deepEqual(results.toSorted(), ["CATALOG_LOCKED", "CATALOG_LOCKED", "locked"]);
  await using catalog = await openCatalog(path);
  await assert.rejects(catalog.lock("apply"), hasCode("CATALOG_LOCKED"));
  for (const { end } of lockers) await end();
  await using lock = await catalog.lock("apply");
  assert.equal(lock.holder.pid, process.pid);
});

const WRITER = `
  import { openCatalog } from ${JSON.stringify(new URL("../../../providers/local/sqlite-catalog.ts", import.meta.url).href)};
  const catalog = await openCatalog(process.argv[1]);
  const point = JSON.parse(process.argv[2]);
  for (let at = 0; ; at += 1) {
    const id = "killed-" + process.pid + "-" + at;
    const { serial } = await catalog.write([
      { kind: "put_point", point: { ...point, id } },
      { kind: "put_point", point: { ...point, id: id + "-twin" } },
    ]);
    process.stdout.write(serial + "\\n");
  }
`;

test("whatever instant a writer is killed at, what it reported is there and nothing is half written", async () => {
  const path = await populated(0);
  for (let kill = 0; kill < 6; kill += 1) {
    const point = JSON.stringify(samplePoint("p", 1));
    const child = spawn(process.execPath, ["--input-type=module", "-e", WRITER, path, point], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let reported = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      reported += text;
      if (reported.split("\n").length > 2 + 3 * kill) child.kill("SIGKILL");
    });
    await once(child, "close");
    const last = Number(reported.split("\n").at(-2));
    await using reader = await openCatalogReader(path);
    const { serial } = await reader.version();
    assert.ok(serial >= last, `${serial} >= ${last}`);
    assert.equal((await reader.points()).length, 2 * (serial - 1));
  }
});

test("a lock of another host is not taken over", async () => {
  const path = await populated(1);
  run(path, "INSERT INTO lock VALUES (1, 'id', 'apply', 'elsewhere', 999999999, NULL, 0)");
  await using catalog = await openCatalog(path);
  await assert.rejects(catalog.lock("apply"), hasCode("CATALOG_LOCKED"));
  const held = await catalog.heldLock();
  assert.deepEqual([held?.process, held?.holder.host], ["unknown", "elsewhere"]);
  assert.equal(await held?.break(), true);
  await using lock = await catalog.lock("apply");
  assert.equal(lock.holder.pid, process.pid);
});

test("who lost the lock to another process writes nothing, and does not give back what the other has", async () => {
  const path = await populated(1);
  await using first = await openCatalog(path);
  await using second = await openCatalog(path);
  const lost = await first.lock("apply");
  assert.equal(await (await second.heldLock())?.break(), true);
  await using lock = await second.lock("destroy");
  const put = { kind: "put_object", object: sampleObject("b") } as const;
  await assert.rejects(first.write([put]), hasCode("CATALOG_LOCK_LOST"));
  await lost[Symbol.asyncDispose]();
  assert.deepEqual((await first.heldLock())?.holder, lock.holder);
  assert.equal((await second.objects()).length, 1);
});

test("the lock of a process that died is known as such", async () => {
  const path = await populated(1);
  await using catalog = await openCatalog(path);
  await catalog.lock("apply");
  run(path, "UPDATE lock SET pid = 999999999");
  assert.equal((await catalog.heldLock())?.process, "gone");
});

test("a later process that got the dead holder's id does not keep the lock", async () => {
  const path = await populated(1);
  await using catalog = await openCatalog(path);
  await catalog.lock("apply");
  run(path, "UPDATE lock SET process_start = '1'");
  const start = existsSync("/proc/self/stat") ? "taken over" : "locked";
  const result = await catalog.lock("apply").then(
    () => "taken over",
    () => "locked",
  );
  assert.equal(result, start);
});

test("100,000 points are written and read within seconds", async () => {
  const path = await populated(100_000);
  const began = performance.now();
  await using reader = await openCatalogReader(path);
  assert.equal((await reader.points()).length, 100_000);
  assert.ok(performance.now() - began < 3000);
});
