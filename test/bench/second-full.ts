import { makeOrdersProject, storeOrders, type VersionOf } from "./stored-orders.ts";

// Measures what a second full adds where 1 % of the rows have changed: node test/bench/second-full.ts [ROWS]
const rows = Number(process.argv[2] ?? 1_000_000);
const SHARE = 100;

/** One row in a hundred, at no regular distance. */
const scattered: VersionOf = (id) => ((Math.imul(id, 0x9e3779b1) >>> 0) % SHARE === 0 ? 1 : 0);
/** The newest rows, as in tables of orders. */
const newest: VersionOf = (id) => (id > rows - rows / SHARE ? 1 : 0);
/** A hundred places of neighbours. */
const places: VersionOf = (id) => (id % (rows / SHARE) < rows / SHARE / SHARE ? 1 : 0);

for (const [name, versionOf] of Object.entries({ newest, places, scattered })) {
  await using project = await makeOrdersProject();
  const first = await storeOrders(project, rows, () => 0);
  const second = await storeOrders(project, rows, versionOf);
  const share = ((second / first) * 100).toFixed(1);
  process.stdout.write(
    `${name.padEnd(10)} first ${first} bytes, second ${second} bytes: ${share} % of the first\n`,
  );
}
