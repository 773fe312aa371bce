import { gunzipSync } from "node:zlib";
import { consoleScope } from "../../cmd/commands/console-session.ts";
import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import { evaluate } from "../../core/language/evaluation/evaluate.ts";
import { layOut } from "../../core/language/format/lay-out.ts";
import type { FunctionDeclaration } from "../../core/language/functions/function-declaration.ts";
import { standardFunctions } from "../../core/language/functions/standard-functions.ts";
import { parseExpressionText, parseHcl, parseTemplateText } from "../../core/language/parse-hcl.ts";
import { convertValue, isConversionFault } from "../../core/language/values/convert.ts";
import { keyOfValue } from "../../core/language/values/set.ts";
import type { Value } from "../../core/language/values/value.ts";
import { encodeValue } from "../../core/language/values/value-json.ts";
import { createTestEnvironment } from "../support/function-environment.ts";
import { decodeType, decodeValue, encodeType } from "./cty-json.ts";
import type { CaseOutcome, HclCase } from "./hcl-case.ts";
import { LIBRARY_FUNCTIONS } from "./library-functions.ts";

const FILES: Readonly<Record<string, string>> = {
  "hello.txt": "hello!",
  "hello.tmpl": "Hello, ${name}!",
  "subdirectory/hello.txt": "hello!",
  "subdirectory/hello.tmpl": "Hello, ${name}!",
};

/** The clock of OpenTofu's table of function tests (internal/lang/functions_test.go). */
const PLAN_TIME = "2004-04-25T15:00:00Z";

const ENVIRONMENT = { ...createTestEnvironment(FILES), planTime: Date.parse(PLAN_TIME) };
const FUNCTIONS = standardFunctions(ENVIRONMENT);

/** Runs one case of whatever form; `isTemplate` says how `expr` is to be read. */
export function runHclCase(one: HclCase, isTemplate: boolean): CaseOutcome {
  if (one.want !== undefined) return compare(layOut(one.input ?? ""), one.want, "formatted text");
  if (one.input !== undefined) return runInput(one, one.input);
  if (one.params !== undefined) return runListed(one);
  if (one.expr === undefined) return { status: "failed", why: "the case has no expr and no input" };
  return runExpression(one, one.expr, isTemplate);
}

function runInput(one: HclCase, text: string): CaseOutcome {
  const { diagnostics } = parseHcl({ filename: "case.hcl", text });
  if (one.diagnostics === undefined && one.diagCount === undefined)
    return { status: "failed", why: "the case says nothing about its diagnostics" };
  if (one.diagnostics === undefined)
    return compare(diagnostics.length, one.diagCount, "diagnostics");
  const got = diagnostics.map(({ summary, detail, subject }) => ({
    summary,
    detail,
    start: subject?.start,
    end: subject?.end,
  }));
  return compare(got, one.diagnostics, "diagnostics");
}

function compare(got: unknown, want: unknown, what: string): CaseOutcome {
  const [a, b] = [canonical(got), canonical(want)];
  if (a === b) return { status: "passed" };
  return { status: "failed", why: `${what}: got ${a}, want ${b}` };
}

/** JSON with the names of objects in order. */
function canonical(json: unknown): string {
  return JSON.stringify(json, (_, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function runExpression(one: HclCase, text: string, isTemplate: boolean): CaseOutcome {
  const parse = isTemplate ? parseTemplateText : parseExpressionText;
  const parsed = parse({ filename: "case.hcl", text });
  const functions = functionsOf(one);
  const variables = Object.entries(one.variables ?? {}).map(
    ([name, { type, value }]) => [name, decodeValue(value, decodeType(type))] as const,
  );
  const { value, diagnostics } = evaluate(parsed.expression, {
    variables: new Map(variables),
    functions,
  });
  const all = [...parsed.diagnostics, ...diagnostics];
  if (one.wantSummary !== undefined) return compareMessage(one, all);
  if (one.converted_to === undefined) return compareResult(one, value, all);
  const converted = convertValue(value, decodeType(one.converted_to));
  if (isConversionFault(converted))
    return { status: "failed", why: "the result cannot be converted" };
  return compareResult(one, converted, all);
}

/** A line of the list of functions: its name, and how many parameters it declares; one that repeats counts once. */
function runListed({ name = "", params }: HclCase): CaseOutcome {
  const declaration = consoleScope({ variables: new Map(), functions: FUNCTIONS }).functions?.get(
    name,
  );
  if (declaration === undefined) return { status: "failed", why: "no such function" };
  const rest = declaration.kind === "eager" && declaration.rest !== undefined;
  const named = declaration.parameters?.length ?? 1;
  return compare(named + (rest ? 1 : 0), params, "parameters");
}

function functionsAt(planTime: boolean | string | undefined) {
  if (typeof planTime !== "string") return FUNCTIONS;
  return standardFunctions({ ...ENVIRONMENT, planTime: Date.parse(planTime) });
}

/** A case of the syntax tables says what its scope holds; one of the function tables sees all. */
function functionsOf(one: HclCase): ReadonlyMap<string, FunctionDeclaration> | undefined {
  const isSyntaxCase = one.diagCount !== undefined || one.wantSummary !== undefined;
  if (!isSyntaxCase) return functionsAt(one.needs_plan_timestamp);
  if (one.functions === undefined) return undefined;
  const found = Object.entries(one.functions).flatMap(([name, implementation]) => {
    const standard = /^stdlib\.(\w+)Func$/.exec(implementation)?.[1]?.toLowerCase() ?? "";
    const declaration = FUNCTIONS.get(standard) ?? LIBRARY_FUNCTIONS.get(standard);
    return declaration === undefined ? [] : [[name, declaration] as const];
  });
  return new Map(found);
}

function compareMessage(one: HclCase, diagnostics: readonly Diagnostic[]): CaseOutcome {
  const messages = diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
  const want = `${one.wantSummary}: ${one.wantDetail}`;
  if (messages.includes(want)) return { status: "passed" };
  return { status: "failed", why: `messages: got ${JSON.stringify(messages)}, want ${want}` };
}

function compareResult(
  one: HclCase,
  value: Value,
  diagnostics: readonly Diagnostic[],
): CaseOutcome {
  const count = one.diagCount ?? 0;
  if (diagnostics.length !== count) {
    const messages = diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
    return {
      status: "failed",
      why: `${diagnostics.length} diagnostics, want ${count}: ${JSON.stringify(messages)}`,
    };
  }
  if (one.result === undefined && count === 0)
    return { status: "failed", why: "the case has no result" };
  if (one.compressor_dependent === true) return compareUnpacked(value, one.result);
  if (one.type === undefined) return compareUntyped(value, one.result);
  const type = compare(encodeType(value.type), one.type, "type");
  if (type.status !== "passed") return type;
  const wanted = decodeValue(one.result, decodeType(one.type));
  if (value.kind === "sequence" && value.type.kind === "set" && wanted.kind === "sequence") {
    return compare(keyOfValue(value), keyOfValue(wanted), "value");
  }
  return compare(encodeValue(value), encodeValue(wanted), "value");
}

/** Sets are arrays in no fixed order. */
function compareUntyped(value: Value, want: unknown): CaseOutcome {
  const got = encodeValue(value);
  if (value.type.kind !== "set" || !Array.isArray(got) || !Array.isArray(want)) {
    return compare(got, want, "value");
  }
  return compare(got.map(canonical).toSorted(), want.map(canonical).toSorted(), "value");
}

/** Compressors differ; what they packed does not. */
function compareUnpacked(value: Value, want: unknown): CaseOutcome {
  const got = value.kind === "string" ? unpack(value.content) : undefined;
  return compare(got, unpack(String(want)), "unpacked text");
}

function unpack(text: string): string {
  return gunzipSync(Buffer.from(text, "base64")).toString();
}
