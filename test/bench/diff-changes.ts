import { measureWords } from "./measured-words.ts";
import { storeChain } from "./stored-chain.ts";
import { makeOrdersProject } from "./stored-orders.ts";

// Measures `diff` of points of changes as whole processes: node test/bench/diff-changes.ts [ROWS] [CHANGED]
const rows = Number(process.argv[2] ?? 1_000_000);
const changed = Number(process.argv[3] ?? 100);

/** So many rows, far from each other, other ones in each turn. */
const step = Math.floor(rows / changed);
const turn = (at: number) => ({
  ids: Array.from({ length: changed }, (_, each) => each * step + 1 + ((at * 7919) % step)),
});

await using project = await makeOrdersProject();
const [full = "", first = "", second = ""] = await storeChain(project, rows, [turn(1), turn(2)]);
const words = [
  { name: "version", args: ["version"] },
  { name: "two points of one chain", args: ["diff", first, second] },
  { name: "two points of one chain, -json", args: ["diff", first, second, "-json"] },
  { name: "a full and its last point", args: ["diff", full, second] },
];
await measureWords(words, project);
