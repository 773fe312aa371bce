// npm run conformance -- --cases FILE: runs a file of language cases, or a folder in the form of HCL's specification
// suite; the last line is `N passed, M failed`.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { runHclFile } from "../test/conformance/run-hcl-file.ts";

/** npm changes into the project's folder and says here where it was called from. */
const from = process.env["INIT_CWD"] ?? process.cwd();

function report() {
  try {
    const { values } = parseArgs({ options: { cases: { type: "string" } } });
    if (values.cases === undefined) throw new Error("No file was named");
    return runHclFile(resolve(from, values.cases));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.stderr.write("Usage: npm run conformance -- --cases FILE\n");
    return undefined;
  }
}

const result = report();
for (const failure of result?.failures ?? []) process.stdout.write(`failed: ${failure}\n`);
if (result !== undefined) {
  process.stdout.write(`${result.passed} passed, ${result.failures.length} failed\n`);
}
process.exitCode = result === undefined || result.failures.length > 0 ? 1 : 0;
