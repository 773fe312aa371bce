import type { ResourceSchema } from "../../../schemas/blocks/block-schema.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Attribute, BodyContent } from "../../language/body.ts";
import type { Reference } from "../../language/expression.ts";
import { problem, type Report } from "../report.ts";
import { readReferences } from "./address-expression.ts";
import {
  type BodyTree,
  expressionsOf,
  type OwnExpression,
  ownExpression,
  treeOfContent,
} from "./body-tree.ts";
import { expressionsOfConditions } from "./condition.ts";
import type { Declared } from "./declarations.ts";
import { toAddressedSchema } from "./language-schema.ts";
import { type LifecycleBlock, NO_LIFECYCLE_BLOCK, readLifecycle } from "./lifecycle-block.ts";

/** How often a block stands there, and what comes before it. */
export interface MetaArguments {
  readonly forEach: Attribute | undefined;
  readonly count: Attribute | undefined;
  readonly dependsOn: readonly Reference[];
}

/** A resource or data block, read. */
export interface AddressedBlock {
  readonly type: string;
  readonly name: string;
  readonly schema: ResourceSchema;
  readonly meta: MetaArguments;
  readonly lifecycle: LifecycleBlock;
  readonly body: BodyTree;
  readonly range: SourceRange;
}

export function readAddressedBlock(
  { name, block }: Declared,
  schema: ResourceSchema,
  report: Report,
): AddressedBlock {
  const content = block.body.content(toAddressedSchema(schema));
  report.add(...content.diagnostics);
  const hasLifecycle = content.blocks.some(({ type }) => type === "lifecycle");
  return {
    type: schema.type,
    name,
    schema,
    meta: readMeta(content, report),
    lifecycle: hasLifecycle ? readLifecycle(content.blocks, schema, report) : NO_LIFECYCLE_BLOCK,
    body: treeOfContent({ content, body: block.body }, schema, report),
    range: block.headerRange,
  };
}

/** Reads `for_each`, `count` and `depends_on`. */
export function readMeta(
  { attributes }: Pick<BodyContent, "attributes">,
  report: Report,
): MetaArguments {
  const forEach = attributes.get("for_each");
  const count = attributes.get("count");
  if (forEach !== undefined && count !== undefined) {
    const detail =
      '"for_each" and "count" both say how often the block stands there, so only one of them may be set.';
    const subject = count.nameRange;
    report.add(problem({ summary: "Arguments exclude each other", detail, subject }));
  }
  return { forEach, count, dependsOn: readDependsOn(attributes.get("depends_on"), report) };
}

export function readDependsOn(
  attribute: Attribute | undefined,
  report: Report,
): readonly Reference[] {
  if (attribute === undefined) return [];
  const { expression } = attribute;
  const found = readReferences(expression);
  if (found === undefined || found.includes(undefined)) {
    const detail =
      "depends_on is a list of blocks without quotation marks, such as [vault.main, module.network].";
    report.add(problem({ summary: "Invalid list", detail, subject: expression.range }));
  }
  return (found ?? []).filter((reference) => reference !== undefined);
}

/** Every expression of the block that is evaluated, with the iterators around it. */
export function* expressionsOfBlock({
  meta,
  lifecycle,
  body,
}: AddressedBlock): Generator<OwnExpression> {
  const own = [
    meta.forEach?.expression,
    meta.count?.expression,
    ...expressionsOfConditions(lifecycle.preconditions),
    ...expressionsOfConditions(lifecycle.postconditions),
    lifecycle.triggers,
  ];
  for (const expression of own) if (expression !== undefined) yield ownExpression(expression);
  yield* expressionsOf(body);
}
