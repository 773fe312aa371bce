import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerLine,
  answerText,
  type ConsoleSession,
  consoleScope,
} from "../../../cmd/commands/console-session.ts";
import { toConsoleJson } from "../../../cmd/views/console-answer.ts";
import { errorDiagnostic } from "../../../core/diagnostics/diagnostic.ts";
import { standardFunctions } from "../../../core/language/functions/standard-functions.ts";
import type { Scope } from "../../../core/language/scope.ts";
import {
  DYNAMIC_UNKNOWN,
  numberValue,
  objectValue,
  unknownValue,
  type Value,
} from "../../../core/language/values/value.ts";
import { STRING } from "../../../core/language/values/value-type.ts";
import { createTestEnvironment } from "../../support/function-environment.ts";

const LOCALS = new Map<string, Value>([
  ["days", numberValue(10)],
  ["later", unknownValue(STRING, { notNull: true, stringPrefix: "a-" })],
  ["broken", DYNAMIC_UNKNOWN],
]);

const SCOPE: Scope = consoleScope({
  variables: new Map([["local", objectValue(LOCALS)]]),
  functions: standardFunctions(createTestEnvironment()),
});

const WHOLE: ConsoleSession = { scope: SCOPE, hiddenFault: () => undefined };

const CYCLE = errorDiagnostic({ code: "CONFIG_CYCLE", summary: "Cycle", detail: "It goes round." });

const BROKEN: ConsoleSession = {
  scope: SCOPE,
  hiddenFault: (references) => (references.length > 0 ? CYCLE : undefined),
};

function answersTo(text: string, session = WHOLE) {
  return toConsoleJson(answerText(text, session));
}

const ANSWERS: readonly (readonly [text: string, value: unknown])[] = [
  ["1 + 1", 2],
  ['  upper("a")  # comment', "A"],
  ["toset([2, 1, 1])", [1, 2]],
  ["local.days * 2", 20],
  ["local.later", { $unknown: { notNull: true, stringPrefix: "a-" } }],
  ['sensitive("x")', { $marked: { value: "x", mark: "sensitive" } }],
  ["{ a = [sensitive(1)] }", { a: [{ $marked: { value: 1, mark: "sensitive" } }] }],
  ["9007199254740993", { $number: "9007199254740993" }],
  ["null", null],
  ['type("a")', "string"],
  ["(type(sensitive(tolist([1]))))", "list(number)"],
  ["can(type(1))", false],
];

for (const [text, value] of ANSWERS) {
  test(`the console answers ${text}`, () => {
    assert.deepEqual(answersTo(text), { ok: true, value });
  });
}

const FAILURES: readonly (readonly [text: string, error: RegExp])[] = [
  ["", /^Missing expression: /],
  [" \t", /^Missing expression: /],
  ["1 +", /^\S.*: /],
  ["1 2", /^Extra characters after expression: /],
  ["nothing.here", /^Unknown variable: .*"nothing"/],
  ["upper(type(1))", /nothing may stand around it/],
  ["type()", /^Not enough function arguments: /],
  ["(".repeat(100_000), /^\S.*: /],
  [`jsondecode("${"[".repeat(1001)}${"]".repeat(1001)}")`, /^Value too deep: /],
  ["\0", /NUL/],
];

for (const [text, error] of FAILURES) {
  test(`the console says what is wrong with ${JSON.stringify(text.slice(0, 20))}`, () => {
    const answer = answersTo(text);
    assert.ok(!answer.ok);
    assert.match(answer.error, error);
  });
}

test("bytes that are not UTF-8 get an answer of their own", () => {
  const answer = toConsoleJson(answerLine({ kind: "line", bytes: Buffer.of(0x22, 0xff) }, WHOLE));
  assert.ok(!answer.ok);
  assert.match(answer.error, /^Invalid character encoding: /);
});

test("with a broken configuration, what it hides is an error and the rest is not", () => {
  assert.deepEqual(answersTo("local.days + length([1])", BROKEN), { ok: true, value: 11 });
  for (const text of ["local.broken", "upper(local.broken)", "[1, local.broken]"]) {
    const answer = answersTo(text, BROKEN);
    assert.ok(!answer.ok);
    assert.match(answer.error, /^Value not known: .*Cycle: It goes round\.$/);
  }
});
