// node test/bench/apply-speed.ts [SETS]: time and peak memory of whole processes, launcher included, for 5,000 policies
// and 5,000 backup sets that refer to them: init, plan, apply to an empty local catalog, plan again. No server is asked.
// Linux only, for the memory.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BENCH_BLOCKS } from "./bench-blocks.ts";
import { run } from "./measured-run.ts";

const SHARED = `${BENCH_BLOCKS}
retention "main" {
  daily    = 7
  timezone = "UTC"
}
`;

function pairOf(at: number): string {
  return `
policy "p${at}" {
  method    = "snapshot"
  retention = retention.main
  full { schedule = "${at % 60} ${at % 24} * * *" }
}

backup_set "b${at}" {
  server = server.main
  policy = policy.p${at}
  vault  = vault.main
  databases {
    include = ["db_${at}_*"]
  }
}
`;
}

const sets = Number(process.argv[2] ?? 5000);
const text = SHARED + Array.from({ length: sets }, (_, at) => pairOf(at)).join("");
const environment = { HOLDFAST_VAULT_KEY: "5a".repeat(32), PASSWORD: "unused" };
const directory = await mkdtemp(join(tmpdir(), "holdfast-speed-"));
try {
  await writeFile(join(directory, "main.hcl"), text);
  process.stdout.write(`${2 * sets} resources, ${(text.length / 1e6).toFixed(2)} MB\n`);
  const noRefresh = "-refresh=false";
  const steps = [
    ["init"],
    ["plan", noRefresh],
    ["apply", "-auto-approve", noRefresh],
    ["plan", noRefresh],
  ];
  for (const step of steps) {
    const { milliseconds, megabytes } = await run(step, directory, environment);
    const figures = `${milliseconds.toFixed(0).padStart(8)} ms ${megabytes.toFixed(0).padStart(6)} MB`;
    process.stdout.write(`${(step[0] ?? "").padEnd(8)}${figures}\n`);
  }
} finally {
  await rm(directory, { recursive: true });
}
