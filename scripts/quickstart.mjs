// npm start: the whole of Holdfast in one run, against an embedded server with a small shop, in a temporary folder that goes again.
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareTable, differences, prove, totalRows } from "./quickstart/proof.mjs";
import { connect, query, readDatabase } from "./quickstart/raw-rows.mjs";
import { count, createScreen, seconds } from "./quickstart/screen.mjs";
import { SERVER_WORDS, startShopServer } from "./quickstart/shop-server.mjs";
import { Interrupted, Surroundings } from "./quickstart/surroundings.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const examples = join(root, "examples", "quickstart");
const screen = createScreen();

/** `8.1 MB`. */
function size(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

async function runCommand(surroundings, words) {
  screen.command(`holdfast ${words.join(" ")}`);
  await surroundings.run(words);
  screen.line();
}

/** The batches between the GO lines of a script of ours, which holds no GO in comments or texts. */
function batchesOf(file) {
  return readFileSync(join(examples, file), "utf8")
    .split(/^GO\s*$/m)
    .filter((sql) => sql.trim() !== "");
}

async function changeShop(ready, password) {
  const connection = await connect(ready, password, "Shop");
  try {
    for (const sql of batchesOf("changes.sql")) await query(connection, sql);
  } finally {
    connection.close();
  }
}

async function startServer(surroundings, password) {
  screen.step(
    1,
    "A server and a shop",
    "An embedded stand-in for SQL Server starts, and three scripts make a database: 20 tables, views, procedures, a trigger, roles.",
  );
  screen.command(`holdfast ${SERVER_WORDS.join(" ")} &`);
  const ready = await startShopServer(surroundings);
  Object.assign(surroundings.environment, {
    HOLDFAST_VAR_port: String(ready.port),
    HOLDFAST_VAR_ca_file: ready.ca_file,
  });
  const first = await readDatabase(ready, password, "Shop");
  screen.line();
  screen.say(
    `The shop holds ${count(first.tables.size)} tables with ${count(totalRows(first))} rows. A second client has read them all and kept a sum of each table, for the proof at the end.`,
  );
  return { ready, first };
}

async function planAndApply(surroundings) {
  screen.step(
    2,
    "Plan and apply",
    "main.hcl says what is to be protected, how often and for how long. The plan shows what that would change; apply does exactly this plan.",
  );
  await runCommand(surroundings, ["init"]);
  await runCommand(surroundings, ["plan", "-out", "first.plan"]);
  await runCommand(surroundings, ["apply", "first.plan"]);
}

async function backUpTwice(surroundings, ready, password) {
  screen.step(
    3,
    "The first backup",
    "Read as of one instant, cut into chunks, compressed, encrypted, stored in the vault.",
  );
  await runCommand(surroundings, ["backup", "shop"]);
  screen.step(
    4,
    "An afternoon in the shop",
    "Orders come in, one brand becomes dearer, a table and a column are added, and someone runs half of a WHERE clause: DELETE FROM sales.Payment WHERE PaidOn >= '2025-12-01'.",
  );
  await changeShop(ready, password);
  const now = await readDatabase(ready, password, "Shop");
  screen.say("(examples/quickstart/changes.sql, run by the second client)");
  screen.step(5, "The second backup", "All is read again, and only what is new is stored.");
  await runCommand(surroundings, ["backup", "shop"]);
  await runCommand(surroundings, ["points"]);
  const { recovery_points: points } = await surroundings.read(["points", "-json"]);
  if (points.length !== 2)
    throw new Error(`Two recovery points should be listed, not ${points.length}.`);
  const [one, two] = points;
  const share = ((100 * two.bytes_stored) / one.bytes_stored).toFixed(1);
  screen.success(
    `The first backup read ${size(one.bytes_read)} and stored ${size(one.bytes_stored)}; the second read ${size(two.bytes_read)} and stored ${size(two.bytes_stored)}: ${share} % of the first.`,
  );
  return { now, point: one.id };
}

async function restoreAndProve(surroundings, { ready, password, first, now, point }) {
  screen.step(
    6,
    "Restore",
    "The payments are gone, but the first recovery point still has them. It is restored beside the shop, under another name.",
  );
  await runCommand(surroundings, [
    "restore",
    point.slice(0, 12),
    "-to",
    "shop",
    "-as",
    "Shop_before",
  ]);
  screen.step(
    7,
    "The proof",
    "The second client reads every row of the restored database and compares it with what it read before the first backup.",
  );
  const restored = await readDatabase(ready, password, "Shop_before");
  screen.table(compareTable({ first, now, restored }));
  screen.line();
  prove({ first, now, restored });
  screen.success(
    `Equal to the shop at the first backup: ${count(restored.tables.size)} tables, ${count(totalRows(restored))} rows, and ${count(restored.definitions.rows)} rows of the catalog views that define them.`,
  );
  screen.success(
    `Different from the shop of now, as it must be, in ${differences(now, restored).length} tables.`,
  );
  screen.step(
    8,
    "Is all that is stored still whole?",
    "Every chunk is read back, decrypted and compared with its name; and the plan is empty now.",
  );
  await runCommand(surroundings, ["verify", "-read-data"]);
  await runCommand(surroundings, ["plan", "-detailed-exitcode"]);
}

function sayNext(started) {
  screen.step(
    "→",
    "Next",
    `Done in ${seconds(performance.now() - started)}. The server is stopped and the folder is gone. Now yours:`,
  );
  for (const [command, why] of [
    ["npx holdfast help", "all commands; help COMMAND says more"],
    ["cat examples/quickstart/main.hcl", "a configuration to start from"],
    ["cat examples/quickstart/README.md", "the same run by hand, at your own pace"],
    ["npx holdfast validate", "in the folder of your main.hcl, then:"],
    ["npx holdfast plan", ""],
    ["npx holdfast apply", ""],
    ["npx holdfast backup SET", ""],
    ["npx holdfast restore", "asks what to restore, and where to"],
  ]) {
    screen.line(`    ${screen.strong(command.padEnd(36))}${screen.faint(why)}`.trimEnd());
  }
  screen.line();
}

async function runAll(surroundings) {
  const started = performance.now();
  const password = `${randomBytes(15).toString("base64url")}aA1!`;
  Object.assign(surroundings.environment, {
    HOLDFAST_SANDBOX_PASSWORD: password,
    HOLDFAST_VAULT_KEY: randomBytes(32).toString("hex"),
  });
  for (const file of readdirSync(examples))
    copyFileSync(join(examples, file), join(surroundings.project, file));
  screen.title(
    "database backup as code",
    "A server, a plan, two backups, a restore and a proof, in about half a minute, in a temporary folder of this computer.",
  );
  const { ready, first } = await startServer(surroundings, password);
  await planAndApply(surroundings);
  const { now, point } = await backUpTwice(surroundings, ready, password);
  await restoreAndProve(surroundings, { ready, password, first, now, point });
  return started;
}

async function main() {
  if (!existsSync(join(root, "dist", "main.js")))
    throw new Error("Holdfast is not built yet. Type npm start, or npm run build first.");
  const surroundings = new Surroundings(root);
  let started;
  try {
    started = await Promise.race([runAll(surroundings), surroundings.interruption]);
  } finally {
    await surroundings.close();
  }
  sayNext(started);
}

try {
  await main();
} catch (error) {
  const isInterrupted = error instanceof Interrupted;
  const text = isInterrupted ? "Interrupted." : `The quickstart failed: ${error.message}`;
  process.stderr.write(
    `\n  ${text}\n  The server is stopped and the temporary folder is removed.\n`,
  );
  process.exitCode = isInterrupted ? 130 : 1;
  setTimeout(() => process.exit(), 1000).unref();
}
