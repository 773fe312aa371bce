import assert from "node:assert/strict";
import { test } from "node:test";
import { runScript } from "../support/scripts/run-script.ts";

const HEAD = "A title\n\n--- file main.hcl\n# nothing\n--- steps\n";

const WRONG: Readonly<Record<string, string>> = {
  "another exit code": "$ holdfast version\nexit 1\n",
  "another stdout": "$ holdfast version\n| Holdfast 9\n",
  "a stdout that was to be empty": "$ holdfast version\n! warning\n",
  "another stderr": "$ holdfast nonsense\nexit 1\n! Error\n",
  "a pattern that is nowhere": "$ holdfast version\n~ Terraform\n",
  "a pattern that should be nowhere": "$ holdfast version\n!~ Holdfast\n",
  "another member": '$ holdfast version -json\n@ version = "9"\n',
  "a command that there is not": "$ terraform plan\n",
  "a replacement of what is not there": "$ replace main.hcl daily weekly\n",
};

for (const [title, steps] of Object.entries(WRONG)) {
  test(`a script fails on ${title}`, async () => {
    await assert.rejects(runScript(HEAD + steps, false));
  });
}

test("an update fills in what golden steps print, and leaves the rest of the script as it is", async () => {
  const before = `${HEAD}# It says so.\n$ cat main.hcl\n| old\n\n$ holdfast points\nexit 1\n~ CATALOG_NOT_INITIALISED\n`;
  const after = before.replace("| old", "| # nothing");
  assert.equal(await runScript(before, true), after);
  assert.equal(await runScript(after, false), after);
});

test("a line that is no part of a script is refused", async () => {
  await assert.rejects(runScript(`${HEAD}$ holdfast version\nHoldfast\n`, false), /line 7/);
  await assert.rejects(runScript(`${HEAD}~ Holdfast\n`, false), /line 6/);
  await assert.rejects(runScript("A title\n", false), /no steps/);
});
