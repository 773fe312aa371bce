import type { AttributesOf } from "../../schemas/blocks/attributes-of.ts";
import type { BodySchema } from "../../schemas/blocks/block-schema.ts";
import { evaluateBody } from "../config/evaluate/evaluate-body.ts";
import type { BodyContext, EvaluatedBody } from "../config/evaluate/evaluated-body.ts";
import type { ExpandedBlock } from "../config/evaluate/expand-blocks.ts";
import type { BodyTree } from "../config/read/body-tree.ts";
import { formatPlace, problem } from "../config/report.ts";
import type { Drafted } from "./draft.ts";

/** The arguments of a body whose nested blocks are read apart, because they repeat. */
export function argumentsOf(tree: BodyTree, context: BodyContext): EvaluatedBody {
  const { blocks: _, ...schema } = tree.schema;
  const body = evaluateBody(
    { ...tree, missingRange: tree.missingRange, schema, blocks: [] },
    context,
  );
  refuseSensitive(body, context);
  return body;
}

/** Whatever a test holds may be shown when it fails. */
function refuseSensitive({ sensitive, ranges }: EvaluatedBody, { report }: BodyContext): void {
  for (const path of sensitive) {
    const subject = ranges.get(path.join("."))?.range;
    const detail =
      "This value is sensitive, and a test that fails shows its values. Use a value that may be shown.";
    if (subject !== undefined)
      report.add(problem({ summary: "Sensitive value", detail, subject }, "TEST_INVALID"));
  }
}

/** The values of a block of that schema; undefined where one of them is at fault or not known. */
export function valuesOf<S extends BodySchema>(
  { tree, scope, isCertain }: ExpandedBlock,
  _schema: S,
  context: BodyContext,
): Drafted<AttributesOf<S>> | undefined {
  const body = evaluateBody(tree.body, { ...context, scope });
  const { values, ranges, isWhole } = body;
  refuseSensitive(body, context);
  if (!isWhole || !isCertain) return undefined;
  // A whole body has a value of its schema's type under every name of the schema.
  return { values: values as unknown as AttributesOf<S>, ranges, range: tree.range };
}

export function ofType(blocks: readonly ExpandedBlock[], type: string): readonly ExpandedBlock[] {
  return blocks.filter(({ tree }) => tree.type === type);
}

/** The block of a type that stands there at most once; a second one is reported. */
export function onlyOne(
  blocks: readonly ExpandedBlock[],
  type: string,
  { report }: BodyContext,
): ExpandedBlock | undefined {
  const [first, second] = ofType(blocks, type);
  if (first === undefined || second === undefined) return first;
  const detail = `One block of type "${type}" may stand here. The first is at ${formatPlace(first.tree.range)}.`;
  const facts = { summary: "Too many blocks of one type", detail, subject: second.tree.range };
  report.add(problem(facts, "CONFIG_DUPLICATE_NAME"));
  return first;
}
