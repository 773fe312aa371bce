import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type FlagSpec,
  parseFlags,
  requireAtMost,
  unknownCommand,
  usageError,
} from "../../../cmd/commands/flags.ts";
import { withCode } from "../../support/with-code.ts";

const SPECS: readonly FlagSpec[] = [
  { name: "json", kind: "switch", description: "" },
  { name: "refresh", kind: "switch", description: "" },
  { name: "out", kind: "value", placeholder: "FILE", description: "" },
  { name: "target", kind: "list", placeholder: "ADDRESS", description: "" },
  { name: "var", kind: "list", placeholder: "NAME=VALUE", description: "" },
  { name: "read-data", kind: "optional", placeholder: "SHARE", description: "" },
];

const parse = (...words: string[]) => parseFlags(words, SPECS);

test("a flag takes one dash or two, before and behind the arguments", () => {
  for (const words of [
    ["-json", "a", "-out", "f"],
    ["--out=f", "a", "--json"],
    ["a", "-out=f", "-json=true"],
  ]) {
    const flags = parse(...words);
    assert.equal(flags.isOn("json"), true);
    assert.equal(flags.value("out"), "f");
    assert.deepEqual(flags.positionals, ["a"]);
  }
});

test("a switch that was not typed is what the command takes it for", () => {
  assert.equal(parse().isOn("json"), false);
  assert.equal(parse().isOn("refresh", true), true);
  assert.equal(parse("-refresh=false").isOn("refresh", true), false);
});

test("a list keeps every value, a value only the last one", () => {
  const flags = parse("-target=a.b", "-target", "c.d", "-out=1", "-out=2");
  assert.deepEqual(flags.list("target"), ["a.b", "c.d"]);
  assert.equal(flags.value("out"), "2");
  assert.deepEqual(flags.list("var"), []);
});

test("flags that depend on each other keep the order in which they were typed", () => {
  const flags = parse("-var=a=1", "-out=f", "-target=x.y", "-var", "b=2");
  assert.deepEqual(flags.inOrder(["var", "target"]), [
    { name: "var", value: "a=1" },
    { name: "target", value: "x.y" },
    { name: "var", value: "b=2" },
  ]);
});

test("an optional value is taken only behind an equals sign", () => {
  const flags = parse("-read-data", "5%");
  assert.equal(flags.value("read-data"), "");
  assert.deepEqual(flags.positionals, ["5%"]);
  assert.equal(parse("-read-data=5%").value("read-data"), "5%");
});

test("two dashes alone end the flags, and one dash is an argument", () => {
  assert.deepEqual(parse("-json", "--", "-out", "x").positionals, ["-out", "x"]);
  assert.deepEqual(parse("-").positionals, ["-"]);
});

const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
  [["-outt=f"], /-outt is not a flag of this command\. Did you mean -out\?/],
  [["-zzzzzz"], /-zzzzzz is not a flag of this command\. It takes: -json, -refresh/],
  [["-json=yes"], /-json is a switch/],
  [["-out"], /-out needs a value: -out FILE/],
];
for (const [words, text] of WRONG) {
  test(`${words.join(" ")} is refused in words that say what to type`, () => {
    assert.throws(() => parse(...words), withCode("CLI_USAGE"));
    assert.throws(() => parse(...words), text);
  });
}

test("an unknown flag is named without its value, which may be a secret", () => {
  assert.throws(
    () => parse("-password=hunter2"),
    (thrown) => thrown instanceof Error && !thrown.message.includes("hunter2"),
  );
});

test("an argument too many is refused, not passed over", () => {
  requireAtMost(1, parse("a"), "show");
  assert.throws(
    () => requireAtMost(1, parse("a", "b"), "show"),
    /takes one argument; b is one too/,
  );
  assert.throws(() => requireAtMost(0, parse("a"), "plan"), /plan takes no argument; a is one too/);
});

test("an unknown command suggests the one that was meant", () => {
  const names = ["plan", "apply", "restore"];
  assert.match(unknownCommand("aply", names).message, /Did you mean "apply"\?/);
  assert.doesNotMatch(unknownCommand("frobnicate", names).message, /mean/);
  assert.match(unknownCommand("-chdir", names).message, /-chdir=DIR/);
});

test("a required flag that is missing says what it names", () => {
  assert.throws(() => parse().required("out", "the file to write"), {
    message: usageError("-out is missing, the file to write.").message,
  });
});

test("whatever is typed is either understood or refused with CLI_USAGE", () => {
  const word = fc.oneof(
    fc.constantFrom("-json", "--out", "-out=", "-var=a=b", "-read-data=", "--", "-", "---", "-=x"),
    fc.string(),
  );
  const isUsage = withCode("CLI_USAGE");
  fc.assert(
    fc.property(fc.array(word), (words) => {
      try {
        parse(...words);
        return true;
      } catch (error) {
        return isUsage(error);
      }
    }),
  );
});
