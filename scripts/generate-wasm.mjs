// npm run generate:wasm: compiles the modules of core/vault/cut (*.as) and writes each beside as *-bytes.ts.
// With --check it writes nothing and exits with 1 when one of those files is stale.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "core", "vault", "cut");
const modules = [
  { name: "cut-module", constant: "CUT_MODULE" },
  { name: "fingerprint-module", constant: "FINGERPRINT_MODULE" },
];

async function compile(name) {
  const scratch = mkdtempSync(join(tmpdir(), "holdfast-wasm-"));
  // The compiler takes sources named .ts only, which these must not be: TypeScript would check them.
  writeFileSync(join(scratch, `${name}.ts`), readFileSync(join(folder, `${name}.as`)));
  const { error, stderr } = await main([
    `${name}.ts`,
    ...["--baseDir", scratch, "--outFile", `${name}.wasm`],
    ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd,threads"],
    ...["--importMemory", "--noExportMemory", "--sharedMemory"],
    ...["--initialMemory", "1", "--maximumMemory", "4096"],
  ]);
  if (error) throw new Error(stderr.toString(), { cause: error });
  const base64 = readFileSync(join(scratch, `${name}.wasm`)).toString("base64");
  rmSync(scratch, { recursive: true });
  return base64;
}

for (const { name, constant } of modules) {
  const lines = (await compile(name)).match(/.{1,92}/g).map((line) => `  "${line}"`);
  const text = `/** \`${name}.as\`, compiled by \`npm run generate:wasm\`: WebAssembly as base64. */
export const ${constant} =
${lines.join(" +\n")};
`;
  const target = join(folder, `${name}-bytes.ts`);
  if (!process.argv.includes("--check")) writeFileSync(target, text);
  else if (readFileSync(target, "utf8") !== text) {
    process.stdout.write(
      `stale: core/vault/cut/${name}-bytes.ts\nWrite it with: npm run generate:wasm\n`,
    );
    process.exitCode = 1;
  }
}
