import type { BodySchema } from "../../schemas/blocks/block-schema.ts";
import type {
  AttributeSchema,
  BlockSchema as LanguageBlockSchema,
  BodySchema as LanguageBodySchema,
} from "../language/body.ts";

/** Arguments and blocks that mean something to Terraform users and come later; reading them lets us say so. */
export const LATER_ARGUMENTS = ["for_each", "count", "depends_on", "provider"] as const;
const LATER_NESTED_BLOCKS = { lifecycle: [], dynamic: ["type"] } as const;

const made = new WeakMap<BodySchema, LanguageBodySchema>();

/** What the language must know of a nested body. */
export function toLanguageSchema(schema: BodySchema): LanguageBodySchema {
  const known = made.get(schema);
  if (known !== undefined) return known;
  const attributes: Record<string, AttributeSchema> = {};
  for (const [name, argument] of Object.entries(schema.arguments)) {
    attributes[name] = { required: argument.required === true };
  }
  const blocks: Record<string, LanguageBlockSchema> = { dynamic: { labels: ["type"] } };
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    blocks[name] = {
      labels: block.variants === undefined ? [] : ["type"],
      min: block.required === true ? 1 : 0,
      max: 1,
    };
  }
  const result = { attributes, blocks };
  made.set(schema, result);
  return result;
}

/** As `toLanguageSchema` for the body of a resource, where also what comes later may stand. */
export function toResourceSchema(schema: BodySchema): LanguageBodySchema {
  const { attributes, blocks } = toLanguageSchema(schema);
  const later = Object.fromEntries(LATER_ARGUMENTS.map((name) => [name, {}]));
  const laterBlocks = Object.fromEntries(
    Object.entries(LATER_NESTED_BLOCKS).map(([name, labels]) => [name, { labels }]),
  );
  return { attributes: { ...later, ...attributes }, blocks: { ...laterBlocks, ...blocks } };
}
