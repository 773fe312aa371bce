import type {
  BlockSchema,
  BodySchema,
  NestedBlockSchema,
  ResultSchema,
} from "../blocks/block-schema.ts";
import { argumentSection } from "./argument-text.ts";
import { GENERATED } from "./page.ts";

/** What a page says besides the schema. */
export interface PageFacts {
  readonly block: BlockSchema;
  /** `server "NAME"`. */
  readonly header: string;
  /** What an expression calls it: `server.NAME`; undefined where nothing can refer to it. */
  readonly address?: string | undefined;
  readonly hasInstances: boolean;
  /** More sections, such as a table. */
  readonly sections?: readonly string[];
  /** Links to other pages, each a sentence. */
  readonly links: readonly string[];
}

/** The reference page of a block, in Markdown. */
export function blockPage(facts: PageFacts): string {
  const { block, header, address } = facts;
  const parts = [
    GENERATED,
    `# ${header}`,
    block.description,
    block.use,
    ...(block.status === undefined ? [] : [`> ${block.status}`]),
    ...(address === undefined ? [] : [`Other blocks refer to it as \`${address}\`.`]),
    "## Example",
    `\`\`\`hcl\n${block.example}\`\`\``,
    ...ownArguments(facts),
    ...nestedSections(block, ""),
    ...resultSections(block),
    ...(facts.sections ?? []),
    ...(facts.links.length === 0 ? [] : ["## See also", facts.links.join("\n\n")]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function ownArguments({ block, hasInstances }: PageFacts): readonly string[] {
  const body = [...inputsOf(block), ...bodyParts(block)];
  const dynamic =
    block.blocks === undefined ? "" : ", and [`dynamic`](dynamic.md) in place of nested blocks";
  const meta = hasInstances
    ? [
        `Like every block with an address it also takes [\`for_each\`, \`count\` and \`depends_on\`](meta-arguments.md) and a [\`lifecycle\`](lifecycle.md) block${dynamic}.`,
      ]
    : [];
  return body.length + meta.length === 0 ? [] : ["## Arguments", ...meta, ...body];
}

/** What stands between the braces: rules, then the arguments. */
function bodyParts(body: BodySchema): readonly string[] {
  return [
    ...rulesOf(body),
    ...Object.entries(body.arguments).map(([name, argument]) => argumentSection(name, argument)),
  ];
}

function inputsOf({ inputs }: BodySchema): readonly string[] {
  return inputs === true
    ? ["Arguments of any other name may be set, with values of any type."]
    : [];
}

function rulesOf({ exactlyOne = [], atMostOne = [] }: BodySchema): readonly string[] {
  const list = (group: readonly string[]) => group.map((name) => `\`${name}\``).join(", ");
  return [
    ...exactlyOne.map((group) => `Exactly one of ${list(group)} is set.`),
    ...atMostOne.map((group) => `At most one of ${list(group)} is set.`),
  ];
}

function nestedSections(body: BodySchema, outer: string): readonly string[] {
  return Object.entries(body.blocks ?? {}).flatMap(([name, nested]) =>
    nestedSection(name, nested, outer),
  );
}

/** `outer` says in which nested block it stands: ` in `cdc``, or nothing. */
function nestedSection(name: string, nested: NestedBlockSchema, outer: string): readonly string[] {
  const { description, note, labels = [] } = nested;
  const header = [name, ...labels.map((label) => `"${label.toUpperCase()}"`)].join(" ");
  const head = [
    `## Block \`${header}\`${outer}`,
    `*${nestedFacts(nested)}*`,
    note === undefined ? description : `${description} ${note}`,
  ];
  if (nested.variants === undefined) {
    return [...head, ...bodyParts(nested.body), ...nestedSections(nested.body, ` in \`${name}\``)];
  }
  const kinds = Object.entries(nested.variants).flatMap(([label, body]) => [
    `## Block \`${name} "${label}"\`${outer}`,
    ...bodyParts(body),
    ...nestedSections(body, ` in \`${name} "${label}"\``),
  ]);
  const names = Object.keys(nested.variants).map((label) => `\`${JSON.stringify(label)}\``);
  return [...head, `Its label is its kind: ${names.join(" or ")}.`, ...kinds];
}

function nestedFacts(nested: NestedBlockSchema): string {
  const { required, repeatable, absent } = nested;
  const need = required === true ? "required" : "optional";
  if (repeatable === true) return `${need} · any number`;
  if (required === true || absent === "null") return need;
  const kind = nested.variants === undefined ? "" : ` \`"${nested.defaultVariant ?? ""}"\``;
  return `optional · absent means an empty block${kind}`;
}

function resultSections({ results = {} }: BlockSchema): readonly string[] {
  const found = Object.entries(results);
  if (found.length === 0) return [];
  return ["## Results", ...found.map(([name, result]) => resultSection(name, result))];
}

function resultSection(name: string, { type, description, attributes = {} }: ResultSchema): string {
  const rows = Object.entries(attributes).map(
    ([each, inner]) => `| \`${each}\` | ${inner.type} | ${inner.description} |`,
  );
  const table =
    rows.length === 0 ? [] : [`| attribute | type | meaning |\n|---|---|---|\n${rows.join("\n")}`];
  return [`### \`${name}\``, `*${type}*`, description, ...table].join("\n\n");
}
