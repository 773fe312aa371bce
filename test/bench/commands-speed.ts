// node test/bench/commands-speed.ts [BLOCKS]: time and peak memory of whole processes, launcher included, over a valid
// configuration of 5,000 blocks, and what a small one takes from a cold start. Linux only, for the memory.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { largeConfiguration } from "./large-configuration.ts";
import { type Run, run } from "./measured-run.ts";

const ROUNDS = 7;
const SMALL = largeConfiguration(5);

async function measure(title: string, args: readonly string[], text: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-speed-"));
  try {
    await writeFile(join(directory, "main.hcl"), text);
    const runs: Run[] = [];
    for (let round = 0; round < ROUNDS; round += 1) runs.push(await run(args, directory));
    const times = runs.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
    const [least, median] = [times[0] ?? 0, times[Math.floor(ROUNDS / 2)] ?? 0];
    const peak = Math.max(...runs.map(({ megabytes }) => megabytes));
    process.stdout.write(
      `${title.padEnd(24)}${least.toFixed(0).padStart(8)}${median.toFixed(0).padStart(8)}${peak.toFixed(0).padStart(8)}\n`,
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

const blocks = Number(process.argv[2] ?? 5000);
const large = largeConfiguration(blocks);
process.stdout.write(`${blocks} blocks, ${(large.length / 1e6).toFixed(2)} MB\n\n`);
process.stdout.write(
  `${"".padEnd(24)}${"least ms".padStart(8)}${"median".padStart(8)}${"MB".padStart(8)}\n`,
);
await measure("validate", ["validate"], large);
await measure("fmt", ["fmt"], large);
await measure("graph", ["graph"], large);
await measure("validate, 5 blocks", ["validate"], SMALL);
