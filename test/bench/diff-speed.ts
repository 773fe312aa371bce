import { measureWords } from "./measured-words.ts";
import { makeOrdersProject, storeOrders } from "./stored-orders.ts";

// Measures `diff` of two points as whole processes: node test/bench/diff-speed.ts [ROWS] [CHANGED]
const rows = Number(process.argv[2] ?? 1_000_000);
const changed = Number(process.argv[3] ?? 100);

/** So many rows, far from each other. */
const step = Math.floor(rows / changed);
const versionOf = (id: number) => (id % step === Math.floor(step / 2) ? 1 : 0);

await using project = await makeOrdersProject();
const stored = [
  await storeOrders(project, rows, () => 0),
  await storeOrders(project, rows, versionOf),
];
process.stdout.write(`${rows} rows, ${changed} changed; stored: ${stored.join(" and ")} bytes\n`);
const [before, after] = (await project.points()).map(({ id }) => id);
const words = [
  { name: "version", args: ["version"] },
  { name: "diff", args: ["diff", before ?? "", after ?? ""] },
  { name: "diff -json", args: ["diff", before ?? "", after ?? "", "-json"] },
  { name: "diff of a point with itself", args: ["diff", after ?? "", after ?? ""] },
];
await measureWords(words, project);
