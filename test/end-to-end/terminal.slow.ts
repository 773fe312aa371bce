// The screens of a terminal, through tmux. One size alone:
//   node --test --test-name-pattern 80x24 test/end-to-end/terminal.slow.ts
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, suite, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { HOLDFAST } from "../support/holdfast-process.ts";
import { addNoise, NOISE_COLUMNS } from "../support/noise-table.ts";
import { pointIds, prepareProject } from "../support/prepared-project.ts";
import type { TestProject } from "../support/test-project.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const hasTmux = spawnSync("tmux", ["-V"]).status === 0;
const LOOK_EVERY_MS = 100;
const WAIT_MS = 30_000;

/** A terminal of its own, with a shell in the project's folder. */
class Terminal implements Disposable {
  readonly #socket = `holdfast-test-${process.pid}`;

  constructor(project: TestProject, columns: number, rows: number) {
    const variables = Object.entries({ ...project.environment, PS1: "> " });
    const settings = variables.flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    const size = ["-x", String(columns), "-y", String(rows)];
    const shell = ["-c", project.directory, "sh"];
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-s", "t", ...size, ...settings, ...shell);
  }

  type(text: string): void {
    this.#tmux("send-keys", "-t", "t", text, "Enter");
  }

  press(key: string): void {
    this.#tmux("send-keys", "-t", "t", key);
  }

  screen(): string {
    return this.#tmux("capture-pane", "-p", "-t", "t");
  }

  /** Looks until the screen shows the text; gives every screen that was seen. */
  async until(text: RegExp): Promise<readonly string[]> {
    const seen: string[] = [];
    for (let waited = 0; waited < WAIT_MS; waited += LOOK_EVERY_MS) {
      const screen = this.screen();
      seen.push(screen);
      if (text.test(screen)) return seen;
      await setTimeout(LOOK_EVERY_MS);
    }
    throw new Error(`the screen never showed ${text}:\n${seen.at(-1)}`);
  }

  #tmux(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync("tmux", ["-L", this.#socket, ...args]);
    assert.equal(status, 0, stderr.toString());
    return stdout.toString();
  }

  [Symbol.dispose](): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
  }
}

suite("on a terminal", { skip: hasTmux ? false : "tmux is not installed" }, () => {
  const stack = new AsyncDisposableStack();
  let server: TestServer;
  let databases: readonly string[];

  before(async () => {
    server = stack.use(await startTestServer());
    databases = ["Shop", "Crm", ...Array.from({ length: 20 }, (_, at) => `Tenant${at}`)].map(
      (name) => server.name(name),
    );
    for (const [at, name] of databases.entries()) {
      await server.run(
        "master",
        `CREATE DATABASE [${name}]`,
        `ALTER DATABASE [${name}] SET ALLOW_SNAPSHOT_ISOLATION ON`,
      );
      const pool = await server.connect(name);
      await pool.request().batch(`CREATE TABLE dbo.T (${NOISE_COLUMNS})`);
      await addNoise(pool, { table: "dbo.T", seed: name, rows: at === 0 ? 20_000 : 10 });
    }
  });
  after(() => stack[Symbol.asyncDispose]());

  const applied = (names: readonly string[]) =>
    prepareProject({ signIn: server.signIn, databases: names }, { withPoints: false });

  for (const [columns, rows] of [
    [80, 24],
    [120, 40],
  ] as const) {
    test(`a backup at ${columns}x${rows} moves a bar and ends with the point and the way back`, async () => {
      await using project = await applied(databases.slice(0, 1));
      using terminal = new Terminal(project, columns, rows);
      terminal.type(`${HOLDFAST} backup data; echo exit $?`);
      const screens = await terminal.until(/exit \d/);
      const last = screens.at(-1) ?? "";
      const [shop = ""] = databases;
      assert.ok(
        screens.some((screen) => new RegExp(`● ${shop} [█░]+ +\\d+ %`).test(screen)),
        "no screen showed progress",
      );
      assert.match(last, new RegExp(`✓ ${shop} █{24} 100 %`));
      assert.match(last, /point [0-9a-f]{12} · 20,000 rows · [\d.]+ MiB read/);
      assert.match(last, /backup successful\n/);
      assert.match(last, / {4}holdfast restore [0-9a-f]{12} -to server\.main -as /);
      assert.match(last, /exit 0/);
    });
  }

  test("more databases than rows keep the heading and the newest on the screen", async () => {
    await using project = await applied(databases);
    using terminal = new Terminal(project, 80, 24);
    terminal.type(`${HOLDFAST} backup data; echo exit $?`);
    const screens = await terminal.until(/exit \d/);
    const middle = screens.filter((screen) => /and \d+ more databases/.test(screen));
    assert.ok(middle.length > 0, "no screen was full");
    for (const screen of middle)
      if (!screen.includes("POINT")) assert.match(screen, /backup backup_set\.data +job-/);
    assert.equal((await pointIds(project)).length, databases.length);
  });

  test("Ctrl-C during a backup says so, and leaves the shell a clean line", async () => {
    await using project = await applied(databases.slice(0, 1));
    using terminal = new Terminal(project, 80, 24);
    terminal.type(`${HOLDFAST} backup data; echo exit $?`);
    await terminal.until(/●/);
    terminal.press("C-c");
    const screens = await terminal.until(/exit \d/);
    assert.match(
      screens.at(-1) ?? "",
      /Code: JOB_CANCELLED[\s\S]*backup cancelled\n[\s\S]*exit 130\n/,
    );
    assert.deepEqual(await pointIds(project), []);
  });

  test("at the question of apply, yes applies, anything else and Ctrl-C do not", async () => {
    await using project = await applied(databases.slice(0, 1));
    using terminal = new Terminal(project, 80, 24);
    for (const [key, text, code] of [
      ["C-c", /JOB_CANCELLED/, 130],
      ["C-d", /Cancelled\. Nothing was changed\./, 1],
    ] as const) {
      terminal.type(`clear; ${HOLDFAST} apply -destroy; echo exit $?`);
      await terminal.until(/Enter a value:/);
      terminal.press(key);
      const screens = await terminal.until(new RegExp(`exit ${code}`));
      assert.match(screens.at(-1) ?? "", text);
    }
    terminal.type(`clear; ${HOLDFAST} apply -destroy; echo exit $?`);
    await terminal.until(/Enter a value:/);
    terminal.type("yes");
    const screens = await terminal.until(/exit 0/);
    assert.match(screens.at(-1) ?? "", /✓ vault\.main removed from the catalog/);
  });
});
