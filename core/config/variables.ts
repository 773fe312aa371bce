import { VARIABLE } from "../../schemas/blocks/variable.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Block } from "../language/body.ts";
import { evaluate } from "../language/evaluation/evaluate.ts";
import type { Scope } from "../language/scope.ts";
import { convertValue, isConversionFault } from "../language/values/convert.ts";
import { withMarks } from "../language/values/marks.ts";
import { DYNAMIC_UNKNOWN, SENSITIVE, type Value } from "../language/values/value.ts";
import { DYNAMIC, friendlyTypeName, type ValueType } from "../language/values/value-type.ts";
import type { Declarations, Declared } from "./declarations.ts";
import { type BodyContext, evaluateContent } from "./evaluate-body.ts";
import { toLanguageSchema } from "./language-schema.ts";
import { problem, type Report } from "./report.ts";
import { parseTypeConstraint } from "./type-constraint.ts";
import { isSensitive } from "./value-json.ts";
import type { GivenValue } from "./variable-sources.ts";

/** A `variable` block, read. */
export interface VariableDeclaration {
  readonly name: string;
  readonly type: ValueType;
  readonly hasType: boolean;
  readonly default: { readonly value: Value; readonly range: SourceRange } | undefined;
  readonly sensitive: boolean;
  readonly nullable: boolean;
  readonly description: string | null;
  readonly validations: readonly Block[];
  readonly range: SourceRange;
}

/** Defaults and type constraints refer to nothing. */
export const EMPTY_SCOPE: Scope = { variables: new Map() };

const VALIDATION = {
  attributes: { condition: { required: true }, error_message: { required: true } },
  blocks: {},
};

export function readVariables(
  { variables }: Declarations,
  context: BodyContext,
): ReadonlyMap<string, VariableDeclaration> {
  return new Map([...variables].map(([name, each]) => [name, readVariable(each, context)]));
}

function readVariable({ name, block }: Declared, context: BodyContext): VariableDeclaration {
  const { attributes, blocks } = toLanguageSchema(VARIABLE);
  const content = block.body.content({
    attributes: { ...attributes, type: {}, default: {} },
    blocks: { ...blocks, validation: {} },
  });
  context.report.add(...content.diagnostics);
  const found = { content, missingRange: block.body.missingRange };
  const { values } = evaluateContent(found, VARIABLE, { ...context, scope: EMPTY_SCOPE });
  const constraint = content.attributes.get("type");
  const { type, diagnostics } =
    constraint === undefined
      ? { type: DYNAMIC, diagnostics: [] }
      : parseTypeConstraint(constraint.expression);
  context.report.add(...diagnostics);
  const fallback = content.attributes.get("default");
  return {
    name,
    type,
    hasType: constraint !== undefined,
    default: fallback && {
      value: evaluateReported(fallback.expression, EMPTY_SCOPE, context.report),
      range: fallback.expression.range,
    },
    sensitive: values["sensitive"] === true,
    nullable: values["nullable"] !== false,
    description: typeof values["description"] === "string" ? values["description"] : null,
    validations: content.blocks.filter((each) => each.type === "validation"),
    range: block.headerRange,
  };
}

function evaluateReported(
  expression: Parameters<typeof evaluate>[0],
  scope: Scope,
  report: Report,
): Value {
  const { value, diagnostics } = evaluate(expression, scope);
  report.add(...diagnostics);
  return value;
}

/** The value of every declared variable; unknown where it is at fault. */
export function settleVariables(
  declared: ReadonlyMap<string, VariableDeclaration>,
  given: ReadonlyMap<string, GivenValue>,
  report: Report,
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const [name, variable] of declared) {
    values.set(name, settle(variable, given.get(name), report));
  }
  return values;
}

function settle(
  variable: VariableDeclaration,
  given: GivenValue | undefined,
  report: Report,
): Value {
  const isAllowed = (value: Value): boolean => variable.nullable || value.kind !== "null";
  const fallback = variable.default && { ...variable.default, origin: "its default" };
  const chosen = given !== undefined && isAllowed(given.value) ? given : fallback;
  if (chosen === undefined || !isAllowed(chosen.value)) {
    report.add(noValue(variable, given ?? fallback));
    return DYNAMIC_UNKNOWN;
  }
  const converted = convertValue(chosen.value, variable.type);
  if (!isConversionFault(converted)) {
    return variable.sensitive ? withMarks(converted, new Set([SENSITIVE])) : converted;
  }
  const detail = `The variable "${variable.name}" is of type ${friendlyTypeName(variable.type)}, and the value from ${chosen.origin} does not fit: ${converted.fault}.`;
  const subject = chosen.range ?? variable.range;
  report.add(problem({ summary: "Wrong type of value", detail, subject }, "CONFIG_WRONG_TYPE"));
  return DYNAMIC_UNKNOWN;
}

function noValue({ name, range }: VariableDeclaration, found: GivenValue | undefined): Diagnostic {
  const detail =
    found === undefined
      ? `The variable "${name}" has no default, and no value was given. Give one with -var ${name}=VALUE, in a *.auto.hclvars file, or in the environment variable HOLDFAST_VAR_${name}.`
      : `The variable "${name}" may not be null, and the value from ${found.origin} is.`;
  const facts = { summary: "No value for variable", detail, subject: range };
  return problem(facts, "CONFIG_VARIABLE_MISSING");
}

/** Runs the `validation` blocks. */
export function validateVariables(
  declared: ReadonlyMap<string, VariableDeclaration>,
  scope: Scope,
  report: Report,
): void {
  for (const variable of declared.values()) {
    for (const block of variable.validations) runValidation(variable, block, { scope, report });
  }
}

function runValidation(
  variable: VariableDeclaration,
  block: Block,
  { scope, report }: { readonly scope: Scope; readonly report: Report },
): void {
  const { attributes, diagnostics } = block.body.content(VALIDATION);
  report.add(...diagnostics);
  const condition = attributes.get("condition");
  const message = attributes.get("error_message");
  if (condition === undefined || message === undefined) return;
  const holds = evaluateReported(condition.expression, scope, report);
  const text = evaluateReported(message.expression, scope, report);
  if (holds.kind === "unknown") return;
  const subject = condition.expression.range;
  if (holds.kind !== "bool") {
    const detail = "A condition must be true or false.";
    report.add(problem({ summary: "Wrong type of value", detail, subject }, "CONFIG_WRONG_TYPE"));
    return;
  }
  if (holds.content) return;
  const shown = text.kind === "string" && !isSensitive(text) ? text.content : "(sensitive message)";
  report.add(
    problem(
      {
        summary: "Invalid value for variable",
        detail: `${shown}\n\nThe variable "${variable.name}" did not pass this validation.`,
        subject,
        context: block.headerRange,
      },
      "CONFIG_VALIDATION_FAILED",
    ),
  );
}
