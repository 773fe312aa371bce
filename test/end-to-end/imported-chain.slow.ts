import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ImportListing } from "../../schemas/import-listing.ts";
import type { PointListing } from "../../schemas/point-listing.ts";
import { type CommandOutcome, runHoldfast } from "../support/holdfast-process.ts";
import { type TapeSet, tapeBytes } from "../support/tape-media.ts";

const CONFIGURATION = `
credential "dba" {
  type         = "sql_password"
  username     = "backup"
  password_env = "SQL_PASSWORD"
}
server "orders" {
  kind       = "sql_server"
  host       = "orders.invalid"
  credential = credential.dba
}
vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "HOLDFAST_VAULT_KEY" }
}
retention "standard" { daily = 10 }
policy "gold" {
  method    = "snapshot"
  retention = retention.standard
  full { schedule = "0 12 * * WED" }
}
backup_set "imported" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main
  databases { include = ["Other"] }
}
`;
const FORK = "0d4e2a3b-5f53-4a0e-9d55-64a7d1c9ab01";

function guid(id: number): string {
  return `f24e3dc4-fb3c-48aa-9360-${String(id).padStart(12, "0")}`;
}

/** A full, a log that follows it, and one after a log that is not there. */
const SETS = (
  [
    ["D", 1, 10, 20, "2017-01-25T10:00:00"],
    ["L", 2, 10, 30, "2017-01-25T11:00:00"],
    ["L", 3, 50, 60, "2017-01-26T12:00:00"],
  ] as const
).map(([type, id, from, to, started]): TapeSet => {
  const lsns = { firstLsn: [24, from, 1], lastLsn: [24, to, 1] } as const;
  const times = { started, finished: started };
  return { type, database: "Orders", set: guid(id), ...lsns, ...times, fork: FORK };
});

test("imported files offer the moments that the import told, prune takes the log that leads nowhere, and a rebuilt catalog knows as much", async () => {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-imported-"));
  const environment = { HOLDFAST_VAULT_KEY: "7e57".repeat(16), SQL_PASSWORD: "unused" };
  const run = async (...words: readonly string[]): Promise<CommandOutcome> => {
    const outcome = await runHoldfast(words, { directory, environment });
    assert.equal(outcome.code, 0, `${words.join(" ")}\n${outcome.stdout}${outcome.stderr}`);
    return outcome;
  };
  const points = async (): Promise<PointListing> =>
    JSON.parse((await run("points", "-json")).stdout) as PointListing;
  try {
    await writeFile(join(directory, "main.hcl"), CONFIGURATION);
    await mkdir(join(directory, "bak"));
    for (const [at, set] of SETS.entries()) {
      const bytes = tapeBytes({ mediaSet: guid(900), stripe: 1, stripes: 1, sets: [set] });
      await writeFile(join(directory, "bak", `${at}.bak`), bytes);
    }
    await run("init");
    await run("apply", "-auto-approve", "-refresh=false");
    const { stdout } = await run("import-backup", "bak", "-vault=main", "-timezone=UTC", "-json");
    const [chain] = (JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as ImportListing).chains;
    const before = await points();
    const offered = before.coverage.map(({ from, to }) => ({ from, to }));
    assert.deepEqual([offered, before.recovery_points.length], [chain?.coverage, 2]);
    const pruned = JSON.parse((await run("prune", "-json")).stdout) as unknown;
    assert.match(JSON.stringify(pruned), /"type":"log"/);
    assert.deepEqual((await points()).coverage, before.coverage);
    await rm(join(directory, ".holdfast"), { recursive: true });
    await run("rebuild-catalog");
    await run("apply", "-auto-approve", "-refresh=false");
    const after = await points();
    assert.deepEqual([after.coverage, after.recovery_points.length], [before.coverage, 2]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
