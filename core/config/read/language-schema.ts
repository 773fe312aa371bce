import type { BodySchema } from "../../../schemas/blocks/block-schema.ts";
import { META_ARGUMENTS } from "../../../schemas/blocks/meta-arguments.ts";
import type {
  AttributeSchema,
  ForeignName,
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
  const foreign = (name: string) => foreignArgument(name) ?? nestedPlace(name, schema);
  const result = { attributes, blocks, foreign };
  made.set(schema, result);
  return result;
}

/** An argument that belongs into a block of this one. */
function nestedPlace(name: string, { blocks = {} }: BodySchema): ForeignName | undefined {
  const found = Object.entries(blocks).flatMap(([type, block]) => {
    if (block.variants === undefined) {
      return Object.hasOwn(block.body.arguments, name) ? [{ type, form: type }] : [];
    }
    return Object.entries(block.variants)
      .filter(([, body]) => Object.hasOwn(body.arguments, name))
      .map(([label]) => ({ type, form: `${type} "${label}"` }));
  });
  const [first] = found;
  if (first === undefined) return undefined;
  const forms = [...new Set(found.map(({ form }) => `${form} { ${name} = … }`))];
  return { sentence: `It stands in a block: ${forms.join(" or ")}.`, meant: first.type };
}

/** As `toLanguageSchema` for a block with an address, where the arguments that all of them take may stand too. */
export function toAddressedSchema(schema: BodySchema): LanguageBodySchema {
  const known = madeAddressed.get(schema);
  if (known !== undefined) return known;
  const { attributes, blocks, foreign } = toLanguageSchema(schema);
  const shared = Object.fromEntries(Object.keys(META_ARGUMENTS).map((name) => [name, {}]));
  const result = {
    attributes: { ...shared, ...attributes },
    blocks: { ...blocks, lifecycle: {} },
    foreign,
  };
  madeAddressed.set(schema, result);
  return result;
}

const madeAddressed = new WeakMap<BodySchema, LanguageBodySchema>();
