// npm run conformance -- --cases FILE: runs a file of language cases; the last line is `N passed, M failed`.
import { parseArgs } from "node:util";
import { runHclFile } from "../test/conformance/run-hcl-file.ts";

const { values } = parseArgs({ options: { cases: { type: "string" } } });
if (values.cases === undefined) {
  process.stderr.write("Name the file: npm run conformance -- --cases FILE\n");
  process.exit(1);
}
const { passed, failures, notYet } = runHclFile(values.cases);
for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
for (const [needs, count] of notYet) process.stdout.write(`not yet: ${needs} (${count})\n`);
const waiting = [...notYet.values()].reduce((total, count) => total + count, 0);
process.stdout.write(`${passed} passed, ${failures.length + waiting} failed\n`);
process.exit(failures.length + waiting > 0 ? 1 : 0);
