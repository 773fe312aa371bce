import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVault, openVault, type Vault } from "../../core/vault/vault.ts";
import { createFolderStore } from "../../providers/local/folder-store.ts";
import { pointFacts, seededBytes, steppingClock, TEST_KEY } from "../support/vault.ts";

// Measures the vault in a local folder: node test/bench/vault-throughput.ts [MEBIBYTES]
const ROW = 200;
const ROWS_A_CHUNK = 320;
const CHUNK = ROW * ROWS_A_CHUNK;
const chunks = Math.ceil((Number(process.argv[2] ?? 1024) * 1024 * 1024) / CHUNK);

/** Rows of 200 bytes: room for a running key, numbers of some entropy, words from a small vocabulary, padding. */
function makePool(): Buffer {
  const random = seededBytes("rows");
  const words = Array.from({ length: 500 }, () => Buffer.from(random(6)).toString("base64"));
  const pool = Buffer.alloc(ROW * 40_000);
  for (let row = 0; row < pool.length; row += ROW) {
    pool.set(random(28), row + 12);
    const text = Array.from(
      { length: 8 },
      (_, at) => words[pool.readUInt16LE(row + 12 + at * 2) % 500],
    );
    pool.write(text.join(" "), row + 40, ROW - 40, "utf16le");
  }
  return pool;
}

const pool = makePool();

async function* rows(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.allocUnsafeSlow(CHUNK);
  for (let number = 0; number < chunks; number += 1) {
    const start = (number * 7919 * ROW) % (pool.length - CHUNK);
    pool.copy(chunk, 0, start, start + CHUNK);
    for (let row = 0; row < ROWS_A_CHUNK; row += 1) {
      chunk.writeDoubleLE(number * ROWS_A_CHUNK + row, row * ROW);
    }
    yield chunk;
  }
}

async function write(vault: Vault): Promise<void> {
  await using writer = await vault.beginPoint();
  const object = { path: "rows/dbo.Orders", kind: "rows" } as const;
  await writer.addObject(object, rows(), () => ({}));
  const { bytesStored } = await writer.commit(pointFacts(Date.now()));
  report("point stores", bytesStored / 1e6, "MB");
}

async function read(vault: Vault): Promise<void> {
  const [first] = (await vault.points()).points;
  if (first === undefined) throw new Error("no point");
  await using reader = await vault.openPoint(first.id);
  for await (const chunk of reader.read("rows/dbo.Orders")) if (chunk.length === 0) break;
}

async function generate(): Promise<void> {
  for await (const chunk of rows()) if (chunk.length === 0) break;
}

async function measure(title: string, work: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  report(title, (chunks * CHUNK) / 1e6 / seconds, "MB/s");
  report("  CPU", (user + system) / 1e6, "s");
  report("  peak memory so far", process.resourceUsage().maxRSS / 1024, "MiB");
}

function report(title: string, value: number, unit: string): void {
  process.stdout.write(`${title.padEnd(28)} ${value.toFixed(1).padStart(10)} ${unit}\n`);
}

const folder = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
try {
  const options = { clock: steppingClock(), randomBytes: (length: number) => randomBytes(length) };
  await measure("generate only", generate);
  const vault = await createVault(createFolderStore(folder), TEST_KEY, options);
  await measure("first write", () => write(vault));
  const again = await openVault(createFolderStore(folder), TEST_KEY, options);
  await measure("second write, unchanged", () => write(again));
  await measure("read, verified", () => read(again));
  await measure("verify, all data", async () => {
    const { problems } = await again.verify({ readData: 1 });
    if (problems.length > 0) throw new Error("damaged");
  });
} finally {
  await rm(folder, { recursive: true });
}
