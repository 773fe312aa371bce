import type { BodySchema } from "../../../schemas/blocks/block-schema.ts";
import { META_ARGUMENTS } from "../../../schemas/blocks/meta-arguments.ts";
import type {
  AttributeSchema,
  BlockSchema as LanguageBlockSchema,
  BodySchema as LanguageBodySchema,
} from "../../language/body.ts";
import { foreignArgument } from "./foreign-names.ts";

const made = new WeakMap<BodySchema, LanguageBodySchema>();

/**
 * What the language must know of a body. How often a nested block stands there is checked when it is evaluated, because
 * a `dynamic` block makes any number of them.
 */
export function toLanguageSchema(schema: BodySchema): LanguageBodySchema {
  const known = made.get(schema);
  if (known !== undefined) return known;
  const attributes: Record<string, AttributeSchema> = {};
  for (const [name, argument] of Object.entries(schema.arguments)) {
    attributes[name] = { required: argument.required === true };
  }
  const blocks: Record<string, LanguageBlockSchema> = {};
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    blocks[name] = { labels: block.variants === undefined ? (block.labels ?? []) : ["type"] };
  }
  if (Object.keys(blocks).length > 0) blocks["dynamic"] = { labels: ["type"] };
  const result = { attributes, blocks, foreign: foreignArgument };
  made.set(schema, result);
  return result;
}

/** As `toLanguageSchema` for a block with an address, where the arguments that all of them take may stand too. */
export function toAddressedSchema(schema: BodySchema): LanguageBodySchema {
  const known = madeAddressed.get(schema);
  if (known !== undefined) return known;
  const { attributes, blocks } = toLanguageSchema(schema);
  const shared = Object.fromEntries(Object.keys(META_ARGUMENTS).map((name) => [name, {}]));
  const result = {
    attributes: { ...shared, ...attributes },
    blocks: { ...blocks, lifecycle: {} },
    foreign: foreignArgument,
  };
  madeAddressed.set(schema, result);
  return result;
}

const madeAddressed = new WeakMap<BodySchema, LanguageBodySchema>();
