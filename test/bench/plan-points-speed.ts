// node test/bench/plan-points-speed.ts [POINTS]: time, processor time and peak memory of whole processes, launcher
// included, that plan a retention cut to half over a catalog of 1,000,000 recovery points: 20 backup sets of 10 databases
// each, with a full a week, a differential a day and a log each half an hour. No server and no vault is asked. Linux only.
import { createHash } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatAddress } from "../../core/address/address.ts";
import type { PointType, RecoveryPoint } from "../../core/catalog/recovery-point.ts";
import { toInstant } from "../../core/kit/clock.ts";
import { openCatalog } from "../../providers/local/sqlite-catalog.ts";
import { BENCH_BLOCKS } from "./bench-blocks.ts";
import { run } from "./measured-run.ts";

const SETS = 20;
const DATABASES = 10;
const HALF_HOUR = 1_800_000;
const DAY = 48;

const SHARED = `${BENCH_BLOCKS}
retention "main" {
  daily    = 200
  weekly   = 52
  timezone = "America/Los_Angeles"
}

policy "main" {
  method    = "native"
  retention = retention.main
  full { schedule = "0 12 * * WED" }
  differential { schedule = "0 21 * * *" }
  log { every = "30m" }
}
`;

function setOf(at: number): string {
  return `
backup_set "s${at}" {
  server = server.main
  policy = policy.main
  vault  = vault.main
  databases {
    include = ["db_${at}_*"]
  }
}
`;
}

function typeAt(step: number): PointType {
  if (step % (7 * DAY) === 0) return "full";
  return step % DAY === 0 ? "differential" : "log";
}

interface Backup {
  readonly set: number;
  readonly database: number;
  readonly step: number;
  readonly at: number;
}

/** The full that later points of each database stand on. */
const fulls = new Map<string, string>();

function pointOf({ set, database, step, at }: Backup): RecoveryPoint {
  const name = `db_${set}_${database}`;
  const type = typeAt(step);
  const id = createHash("md5").update(`${name} ${step}`).digest("hex");
  const base = type === "full" ? null : (fulls.get(name) ?? null);
  if (type === "full") fulls.set(name, id);
  const stored = type === "log" ? 100_000 : 4_000_000;
  return {
    id,
    state: "listed",
    backupSet: formatAddress("backup_set", `s${set}`),
    server: formatAddress("server", "main"),
    vault: formatAddress("vault", "main"),
    database: name,
    type,
    method: "native",
    trigger: "schedule",
    consistency: "transactional",
    startedAt: toInstant(at),
    createdAt: toInstant(at + 20_000),
    storedAt: toInstant(at + 20_100),
    base,
    convertedFrom: null,
    conversionReason: null,
    bytesRead: 40_000_000,
    bytesStored: stored,
    added: { raw: 4 * stored, stored },
    job: `job-${set}-${step}`,
  };
}

/** In the order in which they are made; the newest is an hour old. */
async function fill(path: string, points: number): Promise<void> {
  await using catalog = await openCatalog(path);
  const steps = Math.ceil(points / (SETS * DATABASES));
  const start = Date.now() - (steps + 2) * HALF_HOUR;
  for (let step = 0; step < steps; step += 1) {
    const at = start + step * HALF_HOUR;
    const made = Array.from({ length: SETS * DATABASES }, (_, index) =>
      pointOf({ set: Math.floor(index / DATABASES), database: index % DATABASES, step, at }),
    );
    await catalog.write(made.map((point) => ({ kind: "put_point", point })));
  }
}

const points = Number(process.argv[2] ?? 1_000_000);
const environment = { HOLDFAST_VAULT_KEY: "5a".repeat(32), PASSWORD: "unused" };
const directory = await mkdtemp(join(tmpdir(), "holdfast-speed-"));
const noRefresh = "-refresh=false";
try {
  const file = join(directory, "main.hcl");
  const text = SHARED + Array.from({ length: SETS }, (_, at) => setOf(at)).join("");
  await writeFile(file, text);
  await run(["init"], directory, environment);
  await run(["apply", "-auto-approve", noRefresh], directory, environment);
  await fill(join(directory, ".holdfast/catalog.db"), points);
  const steps = [
    ["plan", noRefresh],
    ["plan", noRefresh, "-json"],
    ["plan", noRefresh, "-out", "cut.plan"],
    ["show", "cut.plan"],
  ];
  for (const [daily, cut] of [
    [200, false],
    [50, true],
  ] as const) {
    await writeFile(file, text.replace("daily    = 200", `daily    = ${daily}`));
    process.stdout.write(`${points} points, retention ${cut ? "cut" : "as it was"}\n`);
    for (const step of cut ? steps : steps.slice(0, 1)) {
      const { milliseconds, processorMilliseconds, megabytes } = await run(
        step,
        directory,
        environment,
      );
      const figures = [milliseconds, processorMilliseconds, megabytes].map((each) =>
        each.toFixed(0).padStart(8),
      );
      process.stdout.write(
        `${step.join(" ").padEnd(36)}${figures[0]} ms ${figures[1]} ms of the processor ${figures[2]} MB\n`,
      );
    }
  }
  const { size } = await stat(join(directory, "cut.plan"));
  process.stdout.write(`plan file ${(size / 1e6).toFixed(1)} MB\n`);
} finally {
  await rm(directory, { recursive: true });
}
