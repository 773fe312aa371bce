import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runHere } from "../support/holdfast-here.ts";
import { TYPICAL_MISTAKES, type TypicalMistake } from "./typical-mistakes.ts";

const PAGE = join(import.meta.dirname, "..", "..", "docs", "diagnostics.md");

const HEAD = `# What the program says about mistakes

Ten typical mistakes of people who come from Terraform: each file has one, and below it stands what \`holdfast validate\` prints. Every message says what is wrong, where, and what to do; its code is explained in [Error codes](errors.md). A test runs them all and compares this page with what was printed. To write this page anew:

    UPDATE_DIAGNOSTICS=1 node --test test/scripts/diagnostics-document.test.ts
`;

const JSON_HEAD = `## For programs

\`validate -json\` prints the format of Terraform's, so what reads the one reads the other; \`code\` is added. Columns count characters as people see them, \`byte\` counts bytes of the file, and the offsets of a snippet count bytes of its \`code\`. This is the third mistake again:
`;

/** Runs validate over a file in a folder of its own, and gives what it printed. */
async function validate(text: string, flags: readonly string[] = []): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-diagnostics-"));
  try {
    await writeFile(join(directory, "main.hcl"), text);
    const outcome = await runHere(["validate", ...flags], { directory });
    assert.equal(outcome.code, 1);
    return outcome.stdout + outcome.stderr;
  } finally {
    await rm(directory, { recursive: true });
  }
}

function fence(text: string, language: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}

async function section({ title, text, note }: TypicalMistake, at: number): Promise<string> {
  const printed = await validate(text);
  assert.equal(printed.match(/Error: /g)?.length, 1, `${title}:\n${printed}`);
  const parts = [`## ${at + 1}. ${title}\n`, fence(text, "hcl"), fence(printed.trim(), "text")];
  return [...parts, `${note}\n`].join("\n");
}

async function programSection(): Promise<string> {
  const printed = await validate(TYPICAL_MISTAKES[2]?.text ?? "", ["-json"]);
  const document = JSON.stringify(JSON.parse(printed), null, 2);
  return [JSON_HEAD, fence(document, "json")].join("\n");
}

test("each of ten typical mistakes gives the one message that docs/diagnostics.md shows", async () => {
  const sections = await Promise.all([...TYPICAL_MISTAKES.map(section), programSection()]);
  const page = [HEAD, ...sections].join("\n");
  if (process.env["UPDATE_DIAGNOSTICS"] === "1") await writeFile(PAGE, page);
  const hint = "run it with UPDATE_DIAGNOSTICS=1 and read what changed";
  assert.equal(await readFile(PAGE, "utf8"), page, hint);
});
