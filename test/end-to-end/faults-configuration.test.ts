import assert from "node:assert/strict";
import { test } from "node:test";
import type { Code } from "../../core/diagnostics/codes.ts";
import { assertFault, assertKeepsSecrets, type Fault } from "../support/fault-case.ts";
import { parseObject } from "../support/holdfast-process.ts";
import { configurationOf, makeProjectOf, type TestProject } from "../support/test-project.ts";

const signIn = {
  host: "127.0.0.1",
  port: 1433,
  username: "sa",
  password: "Not-a-real-password-1!",
  caFile: undefined,
  trustServerCertificate: false,
};
const GOOD = configurationOf({ signIn, databases: ["Shop"] });

const projectOf = (text: string): Promise<TestProject> =>
  makeProjectOf({ "main.hcl": text }, { signIn });

interface Mistake {
  readonly what: string;
  readonly text: string;
  readonly code: Code;
  /** The line of main.hcl that the diagnostic must point at. */
  readonly at: string;
}

const lineBehind = `\n${GOOD}`;
const MISTAKES: readonly Mistake[] = [
  {
    what: "an unknown block",
    text: `bakup_set "x" {}${lineBehind}`,
    code: "CONFIG_UNKNOWN_BLOCK",
    at: 'bakup_set "x" {}',
  },
  {
    what: "an unknown argument",
    text: GOOD.replace("daily    = 10", "dayly    = 10\n  daily = 10"),
    code: "CONFIG_UNKNOWN_ARGUMENT",
    at: "  dayly    = 10",
  },
  {
    what: "an unknown function",
    text: GOOD.replace("daily    = 10", "daily = tenn(1)"),
    code: "LANGUAGE_UNKNOWN_FUNCTION",
    at: "  daily = tenn(1)",
  },
  {
    what: "an unknown reference",
    text: GOOD.replace("vault  = vault.main", "vault  = vault.mian"),
    code: "LANGUAGE_UNKNOWN_REFERENCE",
    at: "  vault  = vault.mian",
  },
  {
    what: "a value of another type",
    text: GOOD.replace("daily    = 10", 'daily    = "ten"'),
    code: "CONFIG_WRONG_TYPE",
    at: '  daily    = "ten"',
  },
  {
    what: "a value that is not one of those known",
    text: GOOD.replace('kind       = "sql_server"', 'kind       = "oracle"'),
    code: "CONFIG_INVALID_VALUE",
    at: '  kind       = "oracle"',
  },
  {
    what: "a name that is used twice",
    text: `${GOOD}retention "standard" {\n  daily = 3\n}\n`,
    code: "CONFIG_DUPLICATE_NAME",
    at: 'retention "standard" {',
  },
  {
    what: "an argument that is missing",
    text: GOOD.replace("  daily    = 10\n", ""),
    code: "CONFIG_MISSING_ARGUMENT",
    at: 'retention "standard" {',
  },
  {
    what: "a line that is no HCL",
    text: GOOD.replace("daily    = 10", "daily    = 10 20"),
    code: "LANGUAGE_SYNTAX",
    at: "  daily    = 10 20",
  },
];

for (const { what, text, code, at } of MISTAKES) {
  test(`${what} is one error with its place, for validate and for plan`, async () => {
    await using project = await projectOf(text);
    const outcome = await project.run("validate", "-json");
    const document = parseObject(outcome.stdout);
    const diagnostics = document["diagnostics"] as readonly {
      readonly code: string;
      readonly range: { readonly filename: string; readonly start: { readonly line: number } };
    }[];
    assert.deepEqual([outcome.code, outcome.stderr, document["valid"]], [1, "", false]);
    assert.deepEqual(
      diagnostics.map((each) => each.code),
      [code],
      outcome.stdout,
    );
    const [first] = diagnostics;
    assert.ok(first);
    assert.equal(first.range.filename, "main.hcl");
    const line = text.split("\n")[first.range.start.line - 1] ?? "";
    assert.ok(line.includes(at), `${line} instead of ${at}`);
    assertKeepsSecrets(project, outcome);
    await assertFault(project, { args: ["plan", "-refresh=false"], code });
  });
}

test("a mistake is told to people with its source, on stderr", async () => {
  await using project = await projectOf(GOOD.replace("vault  = vault.main", "vault  = vault.mian"));
  const { code, stdout, stderr } = await project.run("validate");
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /Error: .*\n[\s\S]*on main\.hcl line \d+[\s\S]*vault\.mian[\s\S]*\^\^/);
  assert.match(stderr, /Code: LANGUAGE_UNKNOWN_REFERENCE/);
});

test("every mistake of a configuration is told at once", async () => {
  const text = GOOD.replace("daily    = 10", "daily    = -1").replace('"sql_server"', '"oracle"');
  await using project = await projectOf(text);
  const { stdout } = await project.run("validate", "-json");
  assert.equal(parseObject(stdout)["error_count"], 2);
});

const WRONG_LINES: readonly Fault[] = [
  { args: ["bakcup"], code: "CLI_USAGE", says: /Did you mean "backup"\?/ },
  { args: ["plan", "-otu=x"], code: "CLI_USAGE", says: /Did you mean -out\?/ },
  { args: ["plan", "-out"], code: "CLI_USAGE", says: /-out needs a value/ },
  { args: ["plan", "-target=nonsense"], code: "CLI_USAGE", says: /not an address/ },
  { args: ["apply", "a.plan", "-target=vault.main"], code: "CLI_USAGE", says: /made already/ },
  { args: ["destroy", "a.plan"], code: "CLI_USAGE", says: /takes no argument/ },
  { args: ["backup"], code: "CLI_USAGE", says: /which backup set/ },
  { args: ["backup", "data", "-type=half"], code: "CLI_USAGE", says: /full, differential/ },
  { args: ["restore", "abcd", "-to", "main"], code: "CLI_USAGE", says: /-as is missing/ },
  { args: ["points", "-at=yesterday"], code: "CLI_USAGE", says: /an offset/ },
  { args: ["verify", "-read-data=0%"], code: "CLI_USAGE", says: /percentage/ },
  { args: ["jobs", "frob"], code: "CLI_USAGE", says: /list, show, watch and cancel/ },
  { args: ["sandbox", "-port=70000"], code: "CLI_USAGE", says: /0 to 65535/ },
  { args: ["-chdir=nowhere", "validate"], code: "FILE_UNREADABLE", says: /nowhere/ },
];

test("a wrong command line is refused with what to type instead", async () => {
  await using project = await projectOf(GOOD);
  for (const fault of WRONG_LINES) await assertFault(project, fault);
  assert.deepEqual([...project.digests().keys()], ["main.hcl"]);
});

test("without a catalog every command that needs one says how to make it", async () => {
  await using project = await projectOf(GOOD);
  const commands = [
    ["plan", "-refresh=false"],
    ["apply", "-auto-approve", "-refresh=false"],
    ["show"],
    ["points"],
    ["jobs"],
    ["backup", "data"],
    ["restore", "abcd", "-to", "main", "-as", "X"],
    ["verify"],
  ];
  for (const args of commands)
    await assertFault(project, {
      args,
      code: "CATALOG_NOT_INITIALISED",
      says: / {4}holdfast init/,
    });
});

test("a folder without a configuration is told apart from a broken one", async () => {
  await using project = await makeProjectOf({}, { signIn });
  await assertFault(project, { args: ["init"], code: "CONFIG_EMPTY", says: /\.hcl/ });
});
