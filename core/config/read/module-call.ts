import { MODULE } from "../../../schemas/blocks/module.ts";
import { errorDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Attribute } from "../../language/body.ts";
import { literalText } from "../../language/literal-text.ts";
import { problem, type Report } from "../report.ts";
import { type MetaArguments, readMeta } from "./addressed-block.ts";
import type { Declared } from "./declarations.ts";
import { parseModuleSource } from "./module-source.ts";

/** A `module` block, read. */
export interface ModuleCall {
  readonly name: string;
  /** Undefined where it is at fault. */
  readonly source: { readonly text: string; readonly range: SourceRange } | undefined;
  readonly meta: MetaArguments;
  /** What the module's variables get. */
  readonly inputs: ReadonlyMap<string, Attribute>;
  readonly range: SourceRange;
}

export function readModuleCall({ name, block }: Declared, report: Report): ModuleCall {
  const { attributes, diagnostics } = block.body.attributes();
  report.add(...diagnostics);
  const source = readSource(attributes.get("source"), block.headerRange, report);
  refuseVersion(attributes.get("version"), source?.text, report);
  return {
    name,
    source,
    meta: readMeta({ attributes }, report),
    inputs: new Map([...attributes].filter(([each]) => !Object.hasOwn(MODULE.arguments, each))),
    range: block.headerRange,
  };
}

function readSource(
  attribute: Attribute | undefined,
  header: SourceRange,
  report: Report,
): ModuleCall["source"] {
  if (attribute === undefined) {
    const detail = 'The argument "source" is required, but no definition was found.';
    const fault = { summary: "Missing required argument", detail, subject: header };
    report.add(problem(fault, "CONFIG_MISSING_ARGUMENT"));
    return undefined;
  }
  const { expression } = attribute;
  const text = literalText(expression);
  if (text !== undefined) return { text, range: expression.range };
  const detail =
    "The source of a module is read before anything is evaluated, so it is a plain string that refers to nothing.";
  report.add(
    problem(
      { summary: "Wrong type of value", detail, subject: expression.range },
      "CONFIG_WRONG_TYPE",
    ),
  );
  return undefined;
}

/** Beside a source that is none, the source is the mistake. */
function refuseVersion(
  attribute: Attribute | undefined,
  source: string | undefined,
  report: Report,
): void {
  if (attribute === undefined || source === undefined) return;
  if ("fault" in parseModuleSource(source, ".")) return;
  report.add(
    errorDiagnostic({
      code: "CONFIG_NOT_SUPPORTED",
      summary: "Argument not supported",
      detail:
        "A version belongs to a module of a registry, and Holdfast has none. Name the tag in the source: git::https://HOST/REPOSITORY?ref=v1.2.0",
      subject: attribute.range,
    }),
  );
}
