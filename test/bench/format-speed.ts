// node test/bench/format-speed.ts [BLOCKS]: how long `holdfast fmt` takes as a whole process, at the first and a second time.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runHoldfast } from "../support/holdfast-process.ts";

const ROUNDS = 5;

function block(at: number): string {
  return `policy "gold_${at}" {
  method="snapshot"
  retention = retention.standard_${at % 7}   # keep it
  # window for ${at}
  full { schedule="0 ${at % 24} * * WED" }
  tags = {
      owner="team-${at}@example.com", cost = ${at}+1
      names=["a",  "b\${var.x[${at}]}", upper("c")]
  }
}
`;
}

const blocks = Number(process.argv[2] ?? 5000);
const text = Array.from({ length: blocks }, (_, at) => block(at)).join("\n");
const directory = await mkdtemp(join(tmpdir(), "holdfast-fmt-"));
const print = (line: string) => void process.stdout.write(`${line}\n`);

async function time(args: readonly string[]): Promise<string> {
  const from = performance.now();
  const { code, stderr } = await runHoldfast(args, { directory });
  if (code !== 0) throw new Error(stderr);
  return `${Math.round(performance.now() - from)} ms`;
}

try {
  print(`${blocks} blocks, ${text.length} characters`);
  for (let round = 1; round <= ROUNDS; round += 1) {
    await writeFile(join(directory, "main.hcl"), text);
    print(`fmt: ${await time(["fmt"])}; fmt -check: ${await time(["fmt", "-check"])}`);
  }
} finally {
  await rm(directory, { recursive: true });
}
