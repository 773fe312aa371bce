import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = join(import.meta.dirname, "..", "..");
const BUNDLE = join(ROOT, "dist", "main.js");
const PROBE = pathToFileURL(join(ROOT, "test", "support", "print-imports.ts")).href;

const PARTS = pathToFileURL(join(ROOT, "dist", "/")).href;
const INSTALLED = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const BUNDLED = /^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm;

/** Packages that take 50 to 200 ms to load, so that commands without need of them do without. */
const HEAVY = /^(?:zod|ink|react|tedious|mssql|cdktf|@azure\/.+|@cdktf\/.+)$/;

const VALID = `
credential "ci" {
  type         = "sql_password"
  username     = "backup"
  password_env = "ORDERS_PASSWORD"
}
server "orders" {
  kind       = "sql_server"
  host       = "orders.contoso.example"
  credential = credential.ci
}
vault "main" {
  storage "local" { path = "./vault" }
  encryption { key_env = "HOLDFAST_VAULT_KEY" }
}
retention "standard" { daily = 10 }
policy "daily" {
  method    = "snapshot"
  retention = retention.standard
  full { schedule = "0 21 * * *" }
}
backup_set "orders" {
  server = server.orders
  policy = policy.daily
  vault  = vault.main
  databases { include = ["*"] }
}
`;

let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-packages-"));
  await writeFile(join(folder, "main.hcl"), VALID);
});

after(() => rm(folder, { recursive: true }));

interface Run {
  readonly status: number | null;
  readonly packages: readonly string[];
}

function run(args: readonly string[]): Run {
  const { status, stderr } = spawnSync(process.execPath, ["--import", PROBE, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  const addresses = [...stderr.matchAll(/^resolved (.*)$/gm)].map(([, address = ""]) => address);
  const own = addresses.flatMap((address) => address.match(INSTALLED)?.[1] ?? []);
  const bundled = addresses.filter((address) => address.startsWith(PARTS)).flatMap(packagesIn);
  return { status, packages: [...new Set([...own, ...bundled])] };
}

/** The packages in a part of the bundle: esbuild writes where each file of it came from. */
function packagesIn(address: string): readonly string[] {
  const code = readFileSync(fileURLToPath(address), "utf8");
  return [...code.matchAll(BUNDLED)].map(([, name = ""]) => name);
}

const LIGHT = [
  ["version"],
  ["version", "-json"],
  ["help"],
  ["help", "backup"],
  ["help", "-search", "recovery point"],
  ["validate"],
  ["validate", "-json"],
];

for (const words of LIGHT) {
  test(`holdfast ${words.join(" ")} loads no heavy package`, () => {
    assert.ok(existsSync(BUNDLE), "dist/main.js is missing: npm run build");
    const { status, packages } = run([BUNDLE, ...words]);
    assert.equal(status, 0);
    assert.deepEqual(
      packages.filter((name) => HEAVY.test(name)),
      [],
    );
  });
}

test("the probe sees a heavy package that is loaded as a part of the bundle", () => {
  const { packages } = run([BUNDLE, "vault", "list", folder]);
  assert.ok(packages.includes("zod"), packages.join());
});

test("the probe sees a heavy package that is loaded", () => {
  const entry = pathToFileURL(join(ROOT, "schemas", "plan.ts")).href;
  assert.ok(run(["--eval", `import(${JSON.stringify(entry)})`]).packages.includes("zod"));
});
