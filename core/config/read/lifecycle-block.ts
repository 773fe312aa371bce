import type { BodySchema } from "../../../schemas/blocks/block-schema.ts";
import { LIFECYCLE } from "../../../schemas/blocks/meta-arguments.ts";
import type { Attribute, Block, BodyContent } from "../../language/body.ts";
import type { Expression, Reference } from "../../language/expression.ts";
import { textOfNode } from "../../language/literal-text.ts";
import { didYouMean } from "../../language/suggestion.ts";
import type { AttributePath, Lifecycle } from "../configuration.ts";
import { NO_LIFECYCLE } from "../lifecycle.ts";
import { problem, type Report } from "../report.ts";
import { readReference, readReferences } from "./address-expression.ts";
import { type Condition, readConditions } from "./condition.ts";
import { toLanguageSchema } from "./language-schema.ts";

/** A `lifecycle` block as it stands in the file; triggers wait for the addresses of instances. */
export interface LifecycleBlock {
  readonly facts: Omit<Lifecycle, "replaceTriggeredBy">;
  readonly triggers: Expression | undefined;
  readonly preconditions: readonly Condition[];
  readonly postconditions: readonly Condition[];
}

export const NO_LIFECYCLE_BLOCK: LifecycleBlock = {
  facts: NO_LIFECYCLE,
  triggers: undefined,
  preconditions: [],
  postconditions: [],
};

/** Reads the `lifecycle` block of a body that `schema` describes. Its arguments are literal, as in Terraform. */
export function readLifecycle(
  blocks: readonly Block[],
  schema: BodySchema,
  report: Report,
): LifecycleBlock {
  const [block, second] = blocks.filter(({ type }) => type === "lifecycle");
  if (block === undefined) return NO_LIFECYCLE_BLOCK;
  if (second !== undefined) {
    const detail = 'At most one block of type "lifecycle" may stand here.';
    const fault = { summary: "Too many blocks of one type", detail, subject: second.headerRange };
    report.add(problem(fault, "CONFIG_DUPLICATE_NAME"));
  }
  const content = block.body.content(toLanguageSchema(LIFECYCLE));
  report.add(...content.diagnostics);
  return {
    facts: {
      preventDestroy: literalSwitch(content, "prevent_destroy", report),
      createBeforeDestroy: literalSwitch(content, "create_before_destroy", report),
      ignoreChanges: ignoredPaths(content.attributes.get("ignore_changes"), schema, report),
    },
    triggers: content.attributes.get("replace_triggered_by")?.expression,
    preconditions: readConditions(content.blocks, "precondition", report),
    postconditions: readConditions(content.blocks, "postcondition", report),
  };
}

function literalSwitch({ attributes }: BodyContent, name: string, report: Report): boolean {
  const expression = attributes.get(name)?.expression;
  if (expression === undefined) return false;
  const { node } = expression;
  if (node.kind === "literal" && node.value.kind === "bool") return node.value.content;
  const detail = `The argument "${name}" decides about the plan before anything is evaluated, so it is written true or false and refers to nothing.`;
  report.add(
    problem(
      { summary: "Wrong type of value", detail, subject: expression.range },
      "CONFIG_WRONG_TYPE",
    ),
  );
  return false;
}

function ignoredPaths(
  attribute: Attribute | undefined,
  schema: BodySchema,
  report: Report,
): readonly AttributePath[] | "all" {
  if (attribute === undefined) return [];
  const { expression } = attribute;
  const whole = readReference(expression);
  if (whole?.root === "all" && whole.steps.length === 0) return "all";
  const list = listOfPaths(expression);
  if (list === undefined) {
    const detail =
      "ignore_changes is a list of arguments without quotation marks, such as [bandwidth_limit, tls.ca_file], or the word all.";
    report.add(problem({ summary: "Invalid list", detail, subject: expression.range }));
    return [];
  }
  return list.flatMap((reference) => {
    const path = pathOf(reference);
    if (hasPath(schema, path)) return [path];
    const detail = `This block has no argument ${path.join(".")}.${didYouMean(path[0] ?? "", namesIn(schema))}`;
    const fault = { summary: "Unknown argument", detail, subject: reference.range };
    report.add(problem(fault, "CONFIG_UNKNOWN_ARGUMENT"));
    return [];
  });
}

/** Quotation marks around the arguments are accepted, as Terraform does. */
function listOfPaths(expression: Expression): readonly Reference[] | undefined {
  const found = readReferences(expression);
  if (found === undefined || expression.node.kind !== "tuple") return undefined;
  const { file, node } = expression;
  const all = node.elements.map((element, at): Reference | undefined => {
    const text = textOfNode(element);
    if (text === undefined) return found[at];
    const range = file.range(element.start, element.end);
    const [root = "", ...names] = text.split(".");
    const steps = names.map((name) => ({ kind: "attribute", name, range }) as const);
    return { root, rootRange: range, steps, range };
  });
  return all.every((reference) => reference !== undefined) ? all : undefined;
}

function pathOf({ root, steps }: Reference): AttributePath {
  return [root, ...steps.map((step) => (step.kind === "attribute" ? step.name : String(step.key)))];
}

function namesIn(schema: BodySchema): readonly string[] {
  return [...Object.keys(schema.arguments), ...Object.keys(schema.blocks ?? {})];
}

function hasPath(schema: BodySchema, [name = "", ...rest]: AttributePath): boolean {
  if (Object.hasOwn(schema.arguments, name)) return rest.length === 0;
  const nested = Object.entries(schema.blocks ?? {}).find(([type]) => type === name)?.[1];
  if (nested === undefined) return false;
  if (rest.length === 0) return true;
  const bodies =
    nested.variants === undefined ? [nested.body] : Object.values<BodySchema>(nested.variants);
  return bodies.some((body) => hasPath(body, rest));
}
