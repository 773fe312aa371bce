// npm start: the whole of Holdfast in one run, against an embedded server with a small shop, in a temporary folder that goes again.
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareTable, differences, prove, totalRows } from "./quickstart/proof.mjs";
import { connect, query, readDatabase } from "./quickstart/raw-rows.mjs";
import { count, createScreen, seconds } from "./quickstart/screen.mjs";
import { SCRIPTS, SERVER_WORDS, startShopServer } from "./quickstart/shop-server.mjs";
import { Interrupted, Surroundings } from "./quickstart/surroundings.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const examples = join(root, "examples", "quickstart");
const screen = createScreen();

/** `8.1 MiB`. */
function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

async function runCommand(surroundings, words) {
  screen.command(`holdfast ${words.join(" ")}`);
  await surroundings.run(words);
  screen.gap();
}

/** The batches between the GO lines of a script of ours, which holds no GO in comments or texts. */
function batchesOf(file) {
  return readFileSync(join(examples, file), "utf8")
    .split(/^GO\s*$/m)
    .filter((sql) => sql.trim() !== "");
}

async function readAll(ready, password, database) {
  const onTable = (name) => screen.passing(`reading ${database}: ${name}`);
  const reading = await readDatabase({ ready, password, onTable }, database);
  screen.passing("");
  return reading;
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
    "1 of 8",
    "A server and a shop",
    "An embedded stand-in for SQL Server starts, and two scripts make a database: 20 tables, views, procedures, a trigger, roles.",
  );
  screen.command(`holdfast ${SERVER_WORDS.join(" ")} &`);
  const ready = await startShopServer(surroundings);
  copyFileSync(ready.ca_file, join(surroundings.project, "ca.pem"));
  surroundings.environment.HOLDFAST_VAR_port = String(ready.port);
  const first = await readAll(ready, password, "Shop");
  screen.line();
  screen.say(
    `The shop holds ${count(first.tables.size)} tables with ${count(totalRows(first))} rows. A second client has read them all and kept a sum of each table, for the proof at the end.`,
  );
  return { ready, first };
}

async function planAndApply(surroundings) {
  screen.step(
    "2 of 8",
    "Plan and apply",
    "main.hcl says what is to be protected, how often and for how long. The plan shows what that would change; apply does exactly this plan.",
  );
  await runCommand(surroundings, ["init"]);
  await runCommand(surroundings, ["plan", "-out", "first.plan"]);
  await runCommand(surroundings, ["apply", "first.plan"]);
}

async function backUpTwice(surroundings, ready, password) {
  screen.step(
    "3 of 8",
    "The first backup",
    "Read as of one instant, cut into chunks, compressed, encrypted, stored in the vault.",
  );
  await runCommand(surroundings, ["backup", "shop"]);
  screen.step(
    "4 of 8",
    "An afternoon in the shop",
    "Orders come in, one brand becomes dearer, a table and a column are added, and someone runs half of a WHERE clause: DELETE FROM sales.Payment WHERE PaidOn >= '2025-12-01'.",
  );
  screen.say("(examples/quickstart/changes.sql, run by the second client)");
  await changeShop(ready, password);
  const now = await readAll(ready, password, "Shop");
  screen.step("5 of 8", "The second backup", "All is read again, and only what is new is stored.");
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
    "6 of 8",
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
    "7 of 8",
    "The proof",
    "The second client reads every row of the restored database and compares it with what it read before the first backup.",
  );
  const restored = await readAll(ready, password, "Shop_before");
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
    "8 of 8",
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
    ['export PATH="$PWD/node_modules/.bin:$PATH"', "makes holdfast a command"],
    ["holdfast help", "all commands"],
    ["cat examples/quickstart/main.hcl", "to start from"],
    ["cat examples/quickstart/README.md", "the same run by hand"],
    ["holdfast validate", "beside your main.hcl; then:"],
    ["holdfast plan", ""],
    ["holdfast apply", ""],
    ["holdfast backup SET", ""],
    ["holdfast restore", "asks what, and where to"],
  ]) {
    screen.line(`    ${screen.strong(command.padEnd(44))}${screen.faint(why)}`.trimEnd());
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
  for (const file of ["main.hcl", ...SCRIPTS]) {
    copyFileSync(join(examples, file), join(surroundings.project, file));
  }
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

/** Tells what ended the run early, and gives the exit code. */
function tellFailure(error) {
  const isInterrupted = error instanceof Interrupted;
  screen.passing("");
  process.stderr.write(
    `\n  ${isInterrupted ? "Interrupted." : `The quickstart failed: ${error.message}`}\n  The server is stopped and the temporary folder is removed.\n`,
  );
  return isInterrupted ? 130 : 1;
}

async function main() {
  if (!existsSync(join(root, "dist", "main.js"))) {
    process.stderr.write("Holdfast is not built yet. Type npm start, or npm run build first.\n");
    return 1;
  }
  let surroundings;
  try {
    surroundings = new Surroundings(root);
  } catch (error) {
    process.stderr.write(`The quickstart cannot make its temporary folder: ${error.message}\n`);
    return 1;
  }
  try {
    const run = Promise.race([runAll(surroundings), surroundings.interruption]);
    const started = await run.finally(() => surroundings.close());
    sayNext(started);
    return 0;
  } catch (error) {
    return tellFailure(error);
  }
}

process.exitCode = await main();
// Nothing should be left to wait for; if a socket is, it does not hold the terminal.
setTimeout(() => process.exit(), 1000).unref();
