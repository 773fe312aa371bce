import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionPool } from "mssql";
import { toInstant } from "../../core/kit/clock.ts";
import { listPoints } from "../../core/operations/list-points.ts";
import { verifyVaults } from "../../core/operations/verify.ts";
import { openVault, parseVaultKey } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { type EventLine, parseEvent } from "./holdfast-output.ts";
import { addNoise, NOISE_COLUMNS } from "./noise-table.ts";
import { prepareProject } from "./prepared-project.ts";
import { digestRows, readAllRows } from "./stock-rows.ts";
import { type TestProject, VAULT_KEY } from "./test-project.ts";
import type { TestServer } from "./test-server.ts";

/** When a backup is killed: so long after the event of that number within the phase. */
export interface KillMoment {
  readonly phase: "rows" | "pack" | "index" | "manifest";
  /** 0 is the start of the phase; `rows` has two events for each table. */
  readonly event: number;
  readonly waitMs: number;
}

const TABLES = 6;
const ROWS = 600;
/** How long each phase takes, by measurement; waits are spread over it. */
const PHASE_MS = { rows: 15, pack: 20, index: 3, manifest: 20 } as const;

/** The moments of a seed, the same number in each phase, mixed. */
export function killMoments(seed: number, count: number): readonly KillMoment[] {
  const random = seededNumbers(seed);
  const phases = ["rows", "pack", "index", "manifest"] as const;
  return Array.from({ length: count }, (_, at): KillMoment => {
    const phase = phases[at % phases.length] ?? "rows";
    const event = phase === "rows" ? Math.floor(random() * 2 * TABLES) : 0;
    return { phase, event, waitMs: random() * PHASE_MS[phase] };
  });
}

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function seededNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A project whose backups are killed, and what each of its points must give back. */
export class KillStory {
  readonly project: TestProject;
  readonly #server: TestServer;
  readonly #pool: ConnectionPool;
  readonly #content = new Map<string, string>();
  #round = 0;
  #listed: readonly string[] = [];

  constructor(project: TestProject, server: TestServer, pool: ConnectionPool) {
    this.project = project;
    this.#server = server;
    this.#pool = pool;
  }

  /** Gives one table other rows, so that the next backup has something to store. */
  async change(): Promise<void> {
    const table = `dbo.T${this.#round % TABLES}`;
    this.#round += 1;
    await this.#pool.request().batch(`DELETE ${table}`);
    await addNoise(this.#pool, { table, seed: `round ${this.#round}`, rows: ROWS });
  }

  /** Backs up and kills the process at the moment. Gives whether it was killed before it ended by itself. */
  async kill(moment: KillMoment): Promise<boolean> {
    const command = this.project.start("backup", "data", "-json");
    for await (const line of command.lines) {
      if (!isReached(moment, this.#count(parseEvent(line)))) continue;
      await pause(moment.waitMs);
      command.kill("SIGKILL");
    }
    this.#phase = undefined;
    const { code } = await command.outcome;
    return code === null;
  }

  #phase: { readonly name: string; readonly events: number } | undefined;

  #count({ type, phase }: EventLine): { readonly name: string; readonly events: number } {
    if (type === "phase_started") this.#phase = { name: phase ?? "", events: 0 };
    else if (type === "table_started" || type === "table_finished") {
      const { name, events } = this.#phase ?? { name: "", events: 0 };
      this.#phase = { name, events: events + 1 };
    }
    return this.#phase ?? { name: "", events: 0 };
  }

  /** What is listed is what was listed before, or that and the newest; all of it is in the vault, and verifies to the last byte. */
  async check(): Promise<void> {
    const ports = await this.project.ports();
    const stored = await this.#stored();
    const fresh = stored.filter((id) => !this.#content.has(id));
    assert.ok(fresh.length <= 1, `${fresh.length} points of one backup`);
    const content = digestRows(await readAllRows(this.#pool));
    for (const id of fresh) this.#content.set(id, content);
    const listed = (await listPoints({}, ports)).recovery_points.map(({ id }) => id);
    const lost = this.#listed.filter((id) => !listed.includes(id));
    const empty = listed.filter((id) => !stored.includes(id));
    assert.deepEqual({ lost, empty }, { lost: [], empty: [] });
    this.#listed = listed;
    for (const { report, missingPoints } of await verifyVaults({ readData: 1 }, ports))
      assert.deepEqual([report.problems, missingPoints], [[], []]);
  }

  /** The next backup succeeds, and then every point that is stored is listed. */
  async backUp(): Promise<void> {
    const { code, summary } = await this.project.backUp();
    assert.deepEqual([code, summary.status], [0, "successful"]);
    await this.check();
    assert.deepEqual(this.#listed.toSorted(), (await this.#stored()).toSorted());
  }

  /** Restores a listed point and compares every row with what the database held when it was made. */
  async restore(which: "oldest" | "newest"): Promise<void> {
    const id = this.#listed.at(which === "oldest" ? 0 : -1) ?? "";
    const name = this.#server.name(`Restored_${which}_${this.#round}`);
    await this.project.restore(id, name);
    const pool = await this.#server.connect(name);
    assert.equal(digestRows(await readAllRows(pool)), this.#content.get(id));
    await pool.close();
    await this.#server.run("master", `DROP DATABASE [${name}]`);
  }

  async #stored(): Promise<readonly string[]> {
    const store = createFolderStore(join(this.project.directory, "vault"));
    const clock = { now: () => toInstant(Date.now()) };
    await using vault = await openVault(store, parseVaultKey(VAULT_KEY), { clock, randomBytes });
    return (await vault.points()).points.map(({ id }) => id);
  }
}

function isReached(
  { phase, event }: KillMoment,
  at: { readonly name: string; readonly events: number },
): boolean {
  return at.name === phase && at.events >= event;
}

/** Timers count whole milliseconds, so the rest of the wait is spent looking at the clock. */
async function pause(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  if (milliseconds > 3) await sleep(milliseconds - 2);
  while (performance.now() < end);
}

/** Makes a database of noise, applies a project for it, and takes the first backup. */
export async function beginKillStory(
  server: TestServer,
  stack: AsyncDisposableStack,
): Promise<KillStory> {
  const database = server.name("Killed");
  await server.run("master", `CREATE DATABASE [${database}]`);
  const pool = await server.connect(database);
  for (let at = 0; at < TABLES; at += 1) {
    const table = `dbo.T${at}`;
    await pool.request().batch(`CREATE TABLE ${table} (${NOISE_COLUMNS})`);
    await addNoise(pool, { table, seed: table, rows: ROWS });
  }
  const options = { signIn: server.signIn, databases: [database] };
  const story = new KillStory(
    stack.use(await prepareProject(options, { withPoints: false })),
    server,
    pool,
  );
  await story.backUp();
  return story;
}
