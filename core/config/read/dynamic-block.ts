import type { BodySchema } from "../../../schemas/blocks/block-schema.ts";
import type {
  Attribute,
  Block,
  BlockLabel,
  Body,
  BodySchema as LanguageSchema,
} from "../../language/body.ts";
import type { Expression } from "../../language/expression.ts";
import { literalText, textOfNode } from "../../language/literal-text.ts";
import { didYouMean, suggestName } from "../../language/suggestion.ts";
import { problem, type Report } from "../report.ts";
import { bodySchemaOf, unknownVariant } from "./block-variant.ts";

/** `dynamic "TYPE" { for_each, iterator, labels, content {} }`. */
export interface DynamicBlock {
  readonly type: string;
  /** Chooses the variant of a block that has some. */
  readonly label: string | undefined;
  /** What an element is called in the content. */
  readonly iterator: string;
  readonly forEach: Expression;
  /** What each block holds, and the schema for it. */
  readonly content: Body;
  readonly schema: BodySchema;
}

const DYNAMIC_SCHEMA: LanguageSchema = {
  attributes: { for_each: { required: true }, iterator: {}, labels: {} },
  blocks: { content: { min: 1, max: 1 } },
  foreign(name) {
    if (suggestName(name, ["for_each", "iterator", "labels", "content"]) !== undefined)
      return undefined;
    const sentence = `What each block holds stands in a block of its own: content { ${name} = … }.`;
    return { sentence, meant: "content" };
  },
};

/** Undefined where it is at fault. `around` describes the body that the block stands in. */
export function readDynamicBlock(
  block: Block,
  around: BodySchema,
  report: Report,
): DynamicBlock | undefined {
  const [name] = block.labels;
  const { attributes, blocks, diagnostics } = block.body.content(DYNAMIC_SCHEMA);
  report.add(...diagnostics);
  const forEach = attributes.get("for_each")?.expression;
  const content = blocks[0]?.body;
  const labels = attributes.get("labels");
  const label = labels && labelIn(labels, report);
  const isLabelWrong = labels !== undefined && label === undefined;
  if (name === undefined || isLabelWrong) return undefined;
  const schema = schemaOf({ name, label, block, labels }, around, report);
  if (schema === undefined || forEach === undefined || content === undefined) return undefined;
  const iterator = iteratorIn(attributes.get("iterator"), report) ?? name.text;
  return { type: name.text, label, iterator, forEach, content, schema };
}

interface Chosen {
  readonly name: BlockLabel;
  readonly label: string | undefined;
  readonly labels: Attribute | undefined;
  readonly block: Block;
}

function schemaOf(
  { name, label, labels, block }: Chosen,
  around: BodySchema,
  report: Report,
): BodySchema | undefined {
  const all = Object.entries(around.blocks ?? {});
  const nested = all.find(([type]) => type === name.text)?.[1];
  const subject = name.range;
  if (nested === undefined) {
    const hint = didYouMean(
      name.text,
      all.map(([type]) => type),
    );
    const detail = `Blocks of type ${JSON.stringify(name.text)} are not expected here.${hint}`;
    report.add(problem({ summary: "Unknown block", detail, subject }, "CONFIG_UNKNOWN_BLOCK"));
    return undefined;
  }
  const schema = bodySchemaOf(nested, label);
  if (schema !== undefined) return schema;
  const text = { text: label ?? "", range: labels?.range ?? subject };
  const { headerRange } = block;
  report.add(unknownVariant({ type: name.text, schema: nested, label: text, headerRange }));
  return undefined;
}

/** The label chooses what the block may hold, so it is read before anything is evaluated. */
function labelIn({ expression }: Attribute, report: Report): string | undefined {
  const { node } = expression;
  const [only, ...more] = node.kind === "tuple" ? node.elements.map(textOfNode) : [undefined];
  if (only !== undefined && more.length === 0) return only;
  const detail = 'The labels of a dynamic block are a list of one string, such as ["local"].';
  report.add(problem({ summary: "Invalid labels", detail, subject: expression.range }));
  return undefined;
}

/** `iterator = job`: a bare word; in JSON a string. */
function iteratorIn(attribute: Attribute | undefined, report: Report): string | undefined {
  if (attribute === undefined) return undefined;
  const { expression } = attribute;
  const { node } = expression;
  if (node.kind === "traversal" && node.steps.length === 0) return node.root;
  const text = expression.file.filename.endsWith(".json") ? literalText(expression) : undefined;
  if (text !== undefined && /^[A-Za-z_][\w-]*$/.test(text)) return text;
  const detail = "The iterator of a dynamic block is one name without quotation marks.";
  report.add(problem({ summary: "Invalid iterator", detail, subject: expression.range }));
  return undefined;
}
