// npm run generate:wasm: compiles core/vault/cut/cut-module.as and writes it beside as cut-module-bytes.ts.
// With --check it writes nothing and exits with 1 when that file is stale.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "core", "vault", "cut");
const target = join(folder, "cut-module-bytes.ts");
const scratch = mkdtempSync(join(tmpdir(), "holdfast-wasm-"));
// The compiler takes sources named .ts only, which these must not be: TypeScript would check them.
writeFileSync(join(scratch, "cut-module.ts"), readFileSync(join(folder, "cut-module.as")));
const { error, stderr } = await main([
  "cut-module.ts",
  ...["--baseDir", scratch, "--outFile", "cut-module.wasm"],
  ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd,threads"],
  ...["--importMemory", "--noExportMemory", "--sharedMemory"],
  ...["--initialMemory", "1", "--maximumMemory", "4096"],
]);
if (error) throw new Error(stderr.toString(), { cause: error });
const base64 = readFileSync(join(scratch, "cut-module.wasm")).toString("base64");
rmSync(scratch, { recursive: true });
const lines = base64.match(/.{1,92}/g).map((line) => `  "${line}"`);
const text = `/** \`cut-module.as\`, compiled by \`npm run generate:wasm\`: WebAssembly as base64. */
export const CUT_MODULE =
${lines.join(" +\n")};
`;
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    process.stdout.write(
      "stale: core/vault/cut/cut-module-bytes.ts\nWrite it with: npm run generate:wasm\n",
    );
    process.exitCode = 1;
  }
} else writeFileSync(target, text);
