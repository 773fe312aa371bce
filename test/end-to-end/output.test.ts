import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runHere } from "../support/holdfast-here.ts";

const CONFIGURATION = `
variable "region" { type = string }
output "host" { value = "db-\${var.region}" }
output "days" { value = [1, 2] }
output "key" {
  value     = sensitive("hidden-text")
  sensitive = true
}
`;

let directory = "";

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-output-"));
  await writeFile(join(directory, "main.hcl"), CONFIGURATION);
});

after(() => rm(directory, { recursive: true }));

function run(...words: readonly string[]) {
  return runHere(["output", "-var", "region=eu", ...words], { directory });
}

test("output lists all outputs and hides what is sensitive", async () => {
  assert.deepEqual(await run(), {
    code: 0,
    stdout: 'days = [\n  1,\n  2,\n]\nhost = "db-eu"\nkey = <sensitive>\n',
    stderr: "",
  });
});

test("output -raw gives the text alone, and output -json the value", async () => {
  assert.equal((await run("-raw", "host")).stdout, "db-eu");
  assert.equal((await run("-raw", "key")).stdout, "hidden-text");
  assert.equal((await run("-json", "days")).stdout, "[1,2]\n");
  assert.deepEqual(JSON.parse((await run("-json")).stdout), {
    days: { sensitive: false, value: [1, 2] },
    host: { sensitive: false, value: "db-eu" },
    key: { sensitive: true, value: "hidden-text" },
  });
});

const REFUSED: readonly (readonly [words: readonly string[], code: string])[] = [
  [["hosst"], "OUTPUT_NOT_FOUND"],
  [["-raw", "days"], "OUTPUT_NOT_PLAIN"],
  [["-raw"], "CLI_USAGE"],
  [["-raw", "-json", "host"], "CLI_USAGE"],
];

for (const [words, code] of REFUSED) {
  test(`output ${words.join(" ")} is refused with ${code}`, async () => {
    const outcome = await run(...words);
    assert.equal(outcome.code, 1);
    assert.match(outcome.stdout + outcome.stderr, new RegExp(code));
  });
}
