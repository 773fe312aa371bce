import type { BodySchema, NestedBlockSchema } from "../../../schemas/blocks/block-schema.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Attribute, Block, Body, BodyContent } from "../../language/body.ts";
import type { Expression } from "../../language/expression.ts";
import type { Located, Report } from "../report.ts";
import { bodySchemaOf, unknownVariant } from "./block-variant.ts";
import { type DynamicBlock, readDynamicBlock } from "./dynamic-block.ts";
import { toLanguageSchema } from "./language-schema.ts";

/** A body held against its schema once, for all the times that it is evaluated. */
export interface BodyTree {
  readonly schema: BodySchema;
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** In the order of the source. */
  readonly blocks: readonly NestedTree[];
  /** Arguments and types of nested blocks that stand there and are at fault: they were reported, and are not missing. */
  readonly faulty: ReadonlySet<string>;
  readonly missingRange: SourceRange;
}

export type NestedTree = StaticTree | DynamicTree;

interface NestedFacts extends Located {
  readonly type: string;
  /** Chooses the variant of a block that has some. */
  readonly label: string | undefined;
  readonly body: BodyTree;
}

interface StaticTree extends NestedFacts {
  readonly kind: "block";
}

/** A `dynamic` block: `body` stands once for each element of `forEach`, which is called `iterator` there. */
interface DynamicTree extends NestedFacts, Pick<DynamicBlock, "iterator" | "forEach"> {
  readonly kind: "dynamic";
}

/** Reads a body and all blocks in it. What is at fault is reported and left out. */
export function readBody(body: Body, schema: BodySchema, report: Report): BodyTree {
  const content = body.content(toLanguageSchema(schema));
  report.add(...content.diagnostics);
  return treeOfContent({ content, body }, schema, report);
}

interface FoundContent {
  readonly content: BodyContent;
  readonly body: Body;
}

/** As `readBody` for a body whose content was asked for already. */
export function treeOfContent(
  { content, body }: FoundContent,
  schema: BodySchema,
  report: Report,
): BodyTree {
  const nested = Object.entries(schema.blocks ?? {});
  const faulty = new Set(content.meant.map(({ name }) => name));
  const blocks = content.blocks.flatMap((block): readonly NestedTree[] => {
    const isDynamic = block.type === "dynamic";
    const own = nested.find(([name]) => name === block.type)?.[1];
    if (own === undefined && !isDynamic) return [];
    const found =
      own === undefined ? dynamicTree(block, schema, report) : staticTree(block, own, report);
    if (found === undefined) faulty.add(isDynamic ? (block.labels[0]?.text ?? "") : block.type);
    return found === undefined ? [] : [found];
  });
  return new HeldBody({ schema, attributes: content.attributes, blocks, faulty }, body);
}

/** Where an argument is missing is worked out only when one is. */
class HeldBody implements BodyTree {
  readonly schema: BodySchema;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly NestedTree[];
  readonly faulty: ReadonlySet<string>;
  readonly #body: Body;

  constructor(held: Omit<BodyTree, "missingRange">, body: Body) {
    this.schema = held.schema;
    this.attributes = held.attributes;
    this.blocks = held.blocks;
    this.faulty = held.faulty;
    this.#body = body;
  }

  get missingRange(): SourceRange {
    return this.#body.missingRange;
  }
}

class HeldBlock implements StaticTree {
  readonly kind = "block";
  readonly type: string;
  readonly label: string | undefined;
  readonly body: BodyTree;
  readonly #block: Block;

  constructor(block: Block, body: BodyTree) {
    this.type = block.type;
    this.label = block.labels[0]?.text;
    this.body = body;
    this.#block = block;
  }

  get range(): SourceRange {
    return this.#block.headerRange;
  }
}

function staticTree(
  block: Block,
  schema: NestedBlockSchema,
  report: Report,
): NestedTree | undefined {
  const label = block.labels[0];
  const own = bodySchemaOf(schema, label?.text);
  const { type } = block;
  if (own !== undefined) return new HeldBlock(block, readBody(block.body, own, report));
  const { headerRange } = block;
  if (label !== undefined) report.add(unknownVariant({ type, schema, label, headerRange }));
  return undefined;
}

function dynamicTree(block: Block, schema: BodySchema, report: Report): NestedTree | undefined {
  const found = readDynamicBlock(block, schema, report);
  if (found === undefined) return undefined;
  const { type, label, iterator, forEach, content } = found;
  const body = readBody(content, found.schema, report);
  return {
    kind: "dynamic",
    type,
    label,
    iterator,
    forEach,
    body,
    get range() {
      return block.headerRange;
    },
  };
}

/** An expression of a block. */
export interface OwnExpression {
  readonly expression: Expression;
  /** Names that `dynamic` blocks around it give a meaning. */
  readonly iterators: readonly string[];
  /** It is an argument that names a block. */
  readonly isReference: boolean;
}

/** The expressions of a body and of the blocks in it that may refer to something. */
export function* expressionsOf(
  tree: BodyTree,
  iterators: readonly string[] = [],
): Generator<OwnExpression> {
  for (const [name, { expression }] of tree.attributes) {
    const isReference = tree.schema.arguments[name]?.type === "reference";
    const isPlain = expression.node.kind === "literal" && !isReference;
    if (!isPlain) yield { expression, iterators, isReference };
  }
  for (const block of tree.blocks) {
    const isDynamic = block.kind === "dynamic";
    if (isDynamic) yield { expression: block.forEach, iterators, isReference: false };
    yield* expressionsOf(block.body, isDynamic ? [...iterators, block.iterator] : iterators);
  }
}

export function ownExpression(expression: Expression): OwnExpression {
  return { expression, iterators: [], isReference: false };
}
