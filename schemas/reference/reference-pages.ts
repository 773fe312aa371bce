import type { BlockSchema, BodySchema } from "../blocks/block-schema.ts";
import { DATA_BLOCKS, ROOT_BLOCKS, type RootBlock } from "../blocks/blocks.ts";
import { DYNAMIC } from "../blocks/dynamic.ts";
import { INSTANCES, LIFECYCLE } from "../blocks/meta-arguments.ts";
import { TEST } from "../blocks/test-block.ts";
import { blockPage, type PageFacts } from "./block-page.ts";
import { indexPage } from "./index-page.ts";
import { methodsSection } from "./methods-section.ts";
import type { Pages } from "./page.ts";

/** All pages that come from the blocks alone, by file name. */
export function referencePages(): Pages {
  return new Map([
    ["README.md", indexPage()],
    ...ROOT_BLOCKS.map((block) => pageOf(`${block.schema.type}.md`, rootFacts(block))),
    ...DATA_BLOCKS.map((block) => pageOf(`data-${block.schema.type}.md`, dataFacts(block))),
    pageOf("test.md", {
      block: TEST,
      header: headerOf(TEST),
      hasInstances: false,
      links: linksOf(TEST),
    }),
    ...[INSTANCES, LIFECYCLE, DYNAMIC].map((block) =>
      pageOf(`${block.type}.md`, {
        block,
        header: headerOf(block),
        hasInstances: false,
        links: [],
      }),
    ),
  ]);
}

function pageOf(file: string, facts: PageFacts): readonly [string, string] {
  return [file, blockPage(facts)];
}

/** `for_each` and the like are no block, so their page has a title in words. */
function headerOf({ type, labels = [] }: BlockSchema): string {
  if (type === INSTANCES.type) return "for_each, count, depends_on";
  return [type, ...labels.map((label) => `"${label.toUpperCase()}"`)].join(" ");
}

/** What an expression calls the blocks that have a value but are no resource. */
const ADDRESSES: Readonly<Record<string, string>> = {
  variable: "var.NAME",
  locals: "local.NAME",
  module: "module.NAME.OUTPUT",
};

const SECTIONS: Readonly<Record<string, readonly string[]>> = { policy: [methodsSection()] };

function rootFacts({ schema, labels, hasInstances }: RootBlock): PageFacts {
  const address = hasInstances ? `${schema.type}.NAME` : ADDRESSES[schema.type];
  return {
    block: schema,
    header: [schema.type, ...labels.map((label) => `"${label.toUpperCase()}"`)].join(" "),
    address,
    hasInstances,
    sections: SECTIONS[schema.type] ?? [],
    links: linksOf(schema),
  };
}

function dataFacts({ schema }: RootBlock): PageFacts {
  return {
    block: schema,
    header: `data "${schema.type}" "NAME"`,
    address: `data.${schema.type}.NAME`,
    hasInstances: true,
    links: linksOf(schema),
  };
}

function linksOf(schema: BlockSchema): readonly string[] {
  const targets = [...targetsOf(schema)].filter((each) => each !== schema.type);
  const sources = [
    ...ROOT_BLOCKS.map((block) => ({ block, file: block.schema.type, text: block.schema.type })),
    ...DATA_BLOCKS.map((block) => {
      const { type } = block.schema;
      return { block, file: `data-${type}`, text: `data "${type}"` };
    }),
  ].filter(({ block }) => block.schema !== schema && targetsOf(block.schema).has(schema.type));
  const to = targets.map((type) => `[${type}](${type}.md)`);
  const from = sources.map(({ file, text }) => `[${text}](${file}.md)`);
  return [
    ...(to.length === 0 ? [] : [`It refers to: ${to.join(", ")}.`]),
    ...(from.length === 0 ? [] : [`These refer to it: ${from.join(", ")}.`]),
  ];
}

/** The types of block to which arguments of the body refer, nested blocks included. */
function targetsOf(body: BodySchema): ReadonlySet<string> {
  const own = Object.values(body.arguments).flatMap(({ target }) => target ?? []);
  const inner = Object.values(body.blocks ?? {}).flatMap((nested) =>
    nested.variants === undefined ? [nested.body] : Object.values(nested.variants),
  );
  return new Set([...own, ...inner.flatMap((each) => [...targetsOf(each)])]);
}
