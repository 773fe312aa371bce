import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertKeepsSecrets } from "../support/fault-case.ts";
import { type EventLine, parseEvent } from "../support/holdfast-output.ts";
import { HOLDFAST } from "../support/holdfast-process.ts";
import { addNoise, NOISE_COLUMNS } from "../support/noise-table.ts";
import { assertNothingLost, pointIds, prepareProject } from "../support/prepared-project.ts";
import {
  configurationOf,
  makeProject,
  type ProjectOptions,
  type TestProject,
} from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let options: ProjectOptions;

before(async () => {
  server = stack.use(await startTestServer());
  const shop = server.name("Shop");
  await server.run(
    "master",
    `CREATE DATABASE [${shop}]`,
    `ALTER DATABASE [${shop}] SET ALLOW_SNAPSHOT_ISOLATION ON`,
  );
  const pool = await server.connect(shop);
  for (const name of ["A", "B", "C"]) {
    const table = `dbo.${name}`;
    await pool.request().batch(`CREATE TABLE ${table} (${NOISE_COLUMNS})`);
    await addNoise(pool, { table, seed: name, rows: 2000 });
  }
  options = { signIn: server.signIn, databases: [shop] };
});
after(() => stack[Symbol.asyncDispose]());

interface Interrupted {
  readonly code: number | null;
  readonly lines: readonly (EventLine & {
    readonly status?: string;
    readonly cancelled?: boolean;
  })[];
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command and sends SIGINT, as Ctrl-C does, when it tells the event. */
async function interrupt(
  project: TestProject,
  args: readonly string[],
  isMoment: (event: EventLine) => boolean,
): Promise<Interrupted> {
  const command = project.start(...args, "-json");
  const lines: EventLine[] = [];
  let isSent = false;
  for await (const line of command.lines) {
    const event = parseEvent(line);
    lines.push(event);
    if (isSent || !isMoment(event)) continue;
    isSent = true;
    command.kill("SIGINT");
  }
  assert.ok(isSent, "the moment never came");
  const { code, stderr } = await command.outcome;
  const stdout = lines.map((line) => JSON.stringify(line)).join("\n");
  assertKeepsSecrets(project, { code, stdout, stderr });
  return { code, lines, stdout, stderr };
}

/** 130, one diagnostic that says so, and a summary that does not claim success. */
function assertCancelled({ code, lines, stdout, stderr }: Interrupted, diagnostic: string): void {
  assert.deepEqual([code, stderr], [130, ""], stdout);
  const errors = lines.filter(({ type }) => type === "diagnostic");
  assert.deepEqual(
    errors.map((error) => error.code),
    [diagnostic],
    stdout,
  );
  const summary = lines.at(-1);
  assert.deepEqual(
    [summary?.type, summary?.status, summary?.cancelled],
    ["summary", "failed", true],
  );
}

const is =
  (type: string, phase?: string) =>
  (event: EventLine): boolean =>
    event.type === type && (phase === undefined || event.phase === phase);

const BACKUP_MOMENTS = [
  { when: "it begins", isMoment: is("job_started") },
  { when: "it checks", isMoment: is("phase_started", "check") },
  { when: "it reads the first rows", isMoment: is("table_started") },
  { when: "a table is done", isMoment: is("table_finished") },
];
test("Ctrl-C of a backup leaves the earlier points and nothing else", async (t) => {
  await using project = await prepareProject(options, { withPoints: true });
  const points = [...(await pointIds(project))];
  const pool = await server.connect(options.databases[0]);
  for (const { when, isMoment } of BACKUP_MOMENTS) {
    await t.test(`when ${when}`, async () => {
      await pool.request().query("UPDATE TOP (200) dbo.B SET Bytes = CRYPT_GEN_RANDOM(1000)");
      assertCancelled(await interrupt(project, ["backup", "data"], isMoment), "JOB_CANCELLED");
      await assertNothingLost(project, points);
      const [job] = await project.jobs();
      assert.equal(job?.status, "cancelled");
    });
  }
  const next = await project.backUp();
  assert.deepEqual([next.code, next.summary.points.length], [0, 1]);
  await assertNothingLost(project, [...points, next.summary.points[0]?.id ?? ""]);
});

test("Ctrl-C of a backup at its very end makes a whole point or none, and the next backup knows which", async () => {
  for (const phase of ["pack", "manifest"]) {
    await using project = await prepareProject(options, { withPoints: false });
    const outcome = await interrupt(project, ["backup", "data"], is("phase_started", phase));
    const points = await pointIds(project);
    if (outcome.code === 130) assertCancelled(outcome, "JOB_CANCELLED");
    else assert.equal(outcome.code, 0, outcome.stdout);
    assert.equal(points.length, outcome.code === 130 ? 0 : 1, outcome.stdout);
    const next = await project.backUp();
    assert.equal(next.code, 0);
    const all = await pointIds(project);
    assert.ok(all.includes(next.summary.points[0]?.id ?? ""));
    await assertNothingLost(project, all);
  }
});

async function databaseNames(): Promise<readonly string[]> {
  const pool = await server.connect();
  const { recordset } = await pool
    .request()
    .query<{ name: string }>("SELECT name FROM sys.databases");
  await pool.close();
  return recordset.map(({ name }) => name).toSorted();
}

const RESTORE_MOMENTS = [
  { when: "it begins", isMoment: is("job_started") },
  { when: "it makes the database", isMoment: is("phase_started", "create") },
  { when: "it loads the first table", isMoment: is("table_started") },
  { when: "it has loaded a table", isMoment: is("table_finished") },
];

test("Ctrl-C of a restore at any moment leaves no database and every point", async () => {
  await using project = await prepareProject(options, { withPoints: true });
  const points = await pointIds(project);
  const [point = ""] = points;
  const names = await databaseNames();
  const as = server.name("Half");
  for (const { when, isMoment } of RESTORE_MOMENTS) {
    const args = ["restore", point, "-to", "main", "-as", as];
    assertCancelled(await interrupt(project, args, isMoment), "JOB_CANCELLED");
    assert.deepEqual(await databaseNames(), names, when);
    const [job] = await project.jobs();
    assert.equal(job?.status, "cancelled", when);
  }
  await assertNothingLost(project, points);
  await project.restore(point, as);
  assert.deepEqual(await databaseNames(), [...names, as].toSorted());
});

test("Ctrl-C of an apply keeps what is recorded, and the next plan shows the rest", async () => {
  await using project = await makeProject(options);
  const many = Array.from({ length: 300 }, (_, at) => `retention "r${at}" {\n  daily = 1\n}\n`);
  const text = configurationOf({ ...options, more: many.join("") });
  await writeFile(join(project.directory, "main.hcl"), text);
  await project.expect(0, "init");
  const outcome = await interrupt(
    project,
    ["apply", "-auto-approve", "-refresh=false"],
    is("resource_finished"),
  );
  assertCancelled(outcome, "APPLY_CANCELLED");
  const done = outcome.lines.filter(is("resource_finished")).length;
  const { added } = outcome.lines.at(-1) as unknown as { readonly added: number };
  assert.equal(added, done);
  const ports = await project.ports();
  await using catalog = await ports.catalogs.openReader(
    ports.files.resolve(".holdfast/catalog.db"),
  );
  assert.equal((await catalog.objects()).length, done);
  const plan = await project.document("plan", "-refresh=false");
  assert.deepEqual(plan["summary"], {
    add: 306 - done,
    change: 0,
    remove: 0,
    forget: 0,
    import: 0,
  });
  await project.expect(0, "apply", "-auto-approve", "-refresh=false");
  await project.expect(0, "plan", "-refresh=false", "-detailed-exitcode");
});

test("a backup goes on when nobody reads its output any more", async () => {
  await using project = await prepareProject(options, { withPoints: false });
  const { status } = spawnSync("sh", ["-c", '"$0" backup data -json | head -n 1', HOLDFAST], {
    cwd: project.directory,
    env: { ...process.env, ...project.environment },
    stdio: "ignore",
  });
  assert.equal(status, 0);
  const [job] = await project.jobs();
  assert.equal(job?.status, "successful");
  assert.equal((await pointIds(project)).length, 1);
});

test("Ctrl-C ends a plan that waits for a server which never answers", async () => {
  await using silent = await listenInSilence();
  const signIn = { ...options.signIn, port: silent.port };
  await using project = await makeProject({ ...options, signIn });
  await project.expect(0, "init");
  const command = project.start("plan", "-json");
  await silent.called;
  command.kill("SIGINT");
  const { code, stderr } = await command.outcome;
  assert.deepEqual([code, stderr], [130, ""]);
});

interface SilentServer extends AsyncDisposable {
  readonly port: number;
  /** Resolves when somebody connects. */
  readonly called: Promise<void>;
}

/** Accepts connections and never says a word. */
async function listenInSilence(): Promise<SilentServer> {
  const { promise: called, resolve: call } = Promise.withResolvers<void>();
  const { promise: listening, resolve: listen } = Promise.withResolvers<void>();
  const sockets = new DisposableStack();
  const listener: Server = createServer((socket) => {
    sockets.defer(() => socket.destroy());
    call();
  });
  listener.listen(0, "127.0.0.1", listen);
  await listening;
  const address = listener.address();
  assert.ok(typeof address === "object" && address !== null);
  return {
    port: address.port,
    called,
    [Symbol.asyncDispose]: async () => {
      sockets.dispose();
      listener.close();
      await Promise.resolve();
    },
  };
}
