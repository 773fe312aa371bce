// node test/bench/parse-speed.ts [FILE]: times the parser over texts of one size and of twice that size, and prints a
// table. With FILE it writes the configuration of 5,000 blocks there too, to measure whole commands with.
import { writeFileSync } from "node:fs";
import { parseHcl } from "../../core/language/parse-hcl.ts";
import { parseJsonConfig } from "../../core/language/parse-json-config.ts";

/** Blocks as a generated configuration has them: 240 bytes each. */
function bigConfiguration(blocks: number): string {
  const texts = Array.from({ length: blocks }, (_, at) => {
    const set = at % 20;
    return `policy "p${at}" {
  method    = "snapshot"
  retention = retention.r${set}
  notes     = "Policy \${local.names[${set}]} of \${upper("team-${set}")}"
  full {
    schedule = "${at % 60} ${at % 24} * * *"
  }
  tags = { team = "dba", number = ${at}, weekly = ${at} % 7 == 0 ? true : false }
}
`;
  });
  return texts.join("\n");
}

const keys = (size: number) => Array.from({ length: size }, (_, at) => `k${at} = ${at}`).join(", ");
const properties = (size: number) =>
  Array.from({ length: size }, (_, at) => `"k${at}": "v \${${at}}"`).join(", ");

const SUBJECTS: Readonly<Record<string, (size: number) => string>> = {
  "5,000 blocks, 1.2 MB": (size) => bigConfiguration(size / 4),
  "20,000 keys on one line": (size) => `a = { ${keys(size)} }\n`,
  "20,000 templates in one string": (size) => `a = "${"x ${b} ".repeat(size)}"\n`,
  "20,000 heredocs": (size) => "a = <<EOT\n x ${b}\nEOT\n".repeat(size),
  "20,000 comments": (size) => `${"# c\n/* x */ // y\n".repeat(size)}a = 1\n`,
  "20,000 faulty lines": (size) => "a = [1 2\n".repeat(size),
  "50 lists, 380 deep": (size) => `a = ${"[".repeat(380)}1${"]".repeat(380)}\n`.repeat(size / 400),
  "20,000 properties in JSON": (size) => `{ ${properties(size)} }`,
};

function timeOf(text: string): number {
  const parse = text.startsWith("{") ? parseJsonConfig : parseHcl;
  const started = performance.now();
  parse({ filename: "bench.hcl", text });
  return performance.now() - started;
}

function least(text: string): number {
  return Math.min(...Array.from({ length: 7 }, () => timeOf(text)));
}

const cold = timeOf(bigConfiguration(5000));
const [path] = process.argv.slice(2);
if (path !== undefined) writeFileSync(path, bigConfiguration(5000));
process.stdout.write(
  `${(bigConfiguration(5000).length / 1e6).toFixed(2)} MB, first parse of the process: ${cold.toFixed(0)} ms\n\n`,
);
process.stdout.write(
  `${"least of 7, in ms".padEnd(32)}${"once".padStart(8)}${"twice as much".padStart(16)}\n`,
);
for (const [title, textOf] of Object.entries(SUBJECTS)) {
  const [once, twice] = [least(textOf(20_000)), least(textOf(40_000))];
  process.stdout.write(
    `${title.padEnd(32)}${once.toFixed(1).padStart(8)}${twice.toFixed(1).padStart(16)}\n`,
  );
}
