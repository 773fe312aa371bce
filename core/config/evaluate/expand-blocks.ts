import { evaluate } from "../../language/evaluation/evaluate.ts";
import type { Scope } from "../../language/scope.ts";
import { withMarks } from "../../language/values/marks.ts";
import {
  DYNAMIC_UNKNOWN,
  numberValue,
  objectValue,
  stringValue,
  type Value,
} from "../../language/values/value.ts";
import { friendlyTypeName } from "../../language/values/value-type.ts";
import type { NestedTree } from "../read/body-tree.ts";
import { hasErrors, problem } from "../report.ts";
import type { BodyContext } from "./evaluated-body.ts";
import { widenScope } from "./widen-scope.ts";

type DynamicTree = Extract<NestedTree, { readonly kind: "dynamic" }>;

/** A nested block, and what its expressions may refer to. */
export interface ExpandedBlock {
  readonly tree: NestedTree;
  readonly scope: Scope;
  /** False where nobody knows yet how often the block stands there: then it is looked at once. */
  readonly isCertain: boolean;
}

/** The nested blocks of a body, with each `dynamic` block written out. */
export function expandBlocks(
  blocks: readonly NestedTree[],
  context: BodyContext,
): readonly ExpandedBlock[] {
  return blocks.flatMap((tree) =>
    tree.kind === "dynamic"
      ? expandDynamic(tree, context)
      : [{ tree, scope: context.scope, isCertain: true }],
  );
}

function expandDynamic(tree: DynamicTree, context: BodyContext): readonly ExpandedBlock[] {
  const { scope, report } = context;
  const { value, diagnostics } = evaluate(tree.forEach, scope);
  report.add(...diagnostics);
  const elements = hasErrors(diagnostics) ? undefined : elementsOf(value, tree, context);
  if (elements === undefined) {
    const names = iteratorNames(tree.iterator, DYNAMIC_UNKNOWN, DYNAMIC_UNKNOWN);
    return [{ tree, scope: widenScope(scope, names), isCertain: false }];
  }
  return elements.map(([key, element]) => {
    const names = iteratorNames(tree.iterator, key, element);
    return { tree, scope: widenScope(scope, names), isCertain: true };
  });
}

function iteratorNames(iterator: string, key: Value, value: Value): ReadonlyMap<string, Value> {
  const members = new Map([
    ["key", key],
    ["value", value],
  ]);
  return new Map([[iterator, objectValue(members)]]);
}

type Elements = readonly (readonly [key: Value, value: Value])[];

/** Keys and values as a `for` expression would give them; undefined where they are not known. */
function elementsOf(value: Value, tree: DynamicTree, context: BodyContext): Elements | undefined {
  const { marks } = value;
  if (value.kind === "unknown") return undefined;
  if (value.kind === "mapping") {
    return [...value.content].map(([key, element]) => [
      withMarks(stringValue(key), marks),
      withMarks(element, marks),
    ]);
  }
  if (value.kind === "sequence") {
    const isSet = value.type.kind === "set";
    return value.content.map((element, at) => [
      withMarks(isSet ? element : numberValue(at), marks),
      withMarks(element, marks),
    ]);
  }
  const what = value.kind === "null" ? "null" : `of type ${friendlyTypeName(value.type)}`;
  context.report.add(
    problem(
      {
        summary: "Invalid repetition",
        detail: `A dynamic block stands once for each element of a list, set or map, and this value is ${what}. Write [] for no block.`,
        subject: tree.forEach.range,
        context: tree.range,
      },
      "CONFIG_INVALID_REPETITION",
    ),
  );
  return undefined;
}
