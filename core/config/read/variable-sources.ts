import { errorDiagnostic, warningDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import { evaluate } from "../../language/evaluation/evaluate.ts";
import { parseExpressionText } from "../../language/parse-hcl.ts";
import { didYouMean } from "../../language/suggestion.ts";
import { stringValue, type Value } from "../../language/values/value.ts";
import type { SourceFile, VariableSources } from "../configuration.ts";
import type { Report } from "../report.ts";
import { parseFile, type Sources } from "./parse-files.ts";
import { EMPTY_SCOPE, type VariableBlock } from "./variable-block.ts";

/** A value that somebody gave a variable, and where. */
export interface GivenValue {
  readonly value: Value;
  /** For messages: `-var`, `prod.auto.hclvars`. */
  readonly origin: string;
  readonly range?: SourceRange | undefined;
}

interface GatherContext {
  readonly declared: ReadonlyMap<string, VariableBlock>;
  readonly sources: Sources;
  readonly report: Report;
}

/** The strongest value that was given for each variable. */
export function gatherValues(
  from: VariableSources,
  context: GatherContext,
): ReadonlyMap<string, GivenValue> {
  const given = new Map<string, GivenValue>();
  for (const variable of context.declared.values()) {
    const text = from.environment?.(variable.name);
    const origin = `the environment variable HOLDFAST_VAR_${variable.name}`;
    if (text !== undefined) given.set(variable.name, readText(variable, { text, origin }, context));
  }
  const autoFiles = [...(from.autoFiles ?? [])].sort((a, b) => (a.filename < b.filename ? -1 : 1));
  for (const file of autoFiles) addFile(file, given, context);
  for (const option of from.options ?? []) {
    if (option.kind === "file") addFile(option.file, given, context);
    else addOption(option, given, context);
  }
  return given;
}

interface GivenText {
  readonly text: string;
  readonly origin: string;
}

/** For a string the text is the value; for a list, map or object it is an expression, as in Terraform. */
function readText(
  variable: VariableBlock,
  { text, origin }: GivenText,
  { report }: GatherContext,
): GivenValue {
  const { type } = variable;
  const isPlain = type.kind === "type" && (!variable.hasType || type.type.kind !== "dynamic");
  if (isPlain) return { value: stringValue(text), origin };
  const parsed = parseExpressionText({ filename: `value of var.${variable.name}`, text });
  const { value, diagnostics } = evaluate(parsed.expression, EMPTY_SCOPE);
  report.add(...parsed.diagnostics, ...(parsed.diagnostics.length > 0 ? [] : diagnostics));
  return { value, origin };
}

function addOption(
  { name, text }: { readonly name: string; readonly text: string },
  given: Map<string, GivenValue>,
  context: GatherContext,
): void {
  const variable = context.declared.get(name);
  if (variable !== undefined) {
    given.set(name, readText(variable, { text, origin: "-var" }, context));
    return;
  }
  context.report.add(
    errorDiagnostic({
      code: "CONFIG_VARIABLE_UNDECLARED",
      summary: "Undeclared variable",
      detail: `-var gives a value to "${name}", and no variable of that name is declared.${didYouMean(name, context.declared.keys())} Declare it with a variable block, or leave the option out.`,
    }),
  );
}

function addFile(file: SourceFile, given: Map<string, GivenValue>, context: GatherContext): void {
  const { declared, report } = context;
  const { attributes, diagnostics } = parseFile(file, context.sources, report).body.attributes();
  report.add(...diagnostics);
  for (const [name, { expression, nameRange, range }] of attributes) {
    if (!declared.has(name)) {
      report.add(
        warningDiagnostic({
          code: "CONFIG_VARIABLE_UNDECLARED",
          summary: "Undeclared variable",
          detail: `The file gives a value to "${name}", and no variable of that name is declared, so nothing uses it.${didYouMean(name, declared.keys())}`,
          subject: nameRange,
          context: range,
        }),
      );
      continue;
    }
    const { value, diagnostics: faults } = evaluate(expression, EMPTY_SCOPE);
    report.add(...faults);
    given.set(name, { value, origin: file.filename, range: expression.range });
  }
}
