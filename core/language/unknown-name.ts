import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Attribute, Block, BodySchema, MeantName } from "./body.ts";
import { suggestName } from "./suggestion.ts";

/** What is said of a name that the schema does not know, and which of its names was probably meant. */
export interface UnknownName {
  readonly diagnostic: Diagnostic;
  readonly meant: MeantName | undefined;
}

/** An argument that the schema does not know. */
export function unknownArgument(attribute: Attribute, schema: BodySchema): UnknownName {
  const { name, nameRange, range } = attribute;
  // A name that the JSON syntax cannot tell from a block's, where only blocks stand.
  const isBlock =
    nameRange.filename.endsWith(".json") && Object.keys(schema.attributes).length === 0;
  const { sentence, meant, isSecret } = Object.hasOwn(schema.blocks, name)
    ? {
        sentence: ` Did you mean to define a block "${name}"? Then write it without the equals sign.`,
        meant: name,
        isSecret: false,
      }
    : hintOf({ name, labels: isBlock ? [] : undefined }, schema, [
        schema.attributes,
        schema.blocks,
      ]);
  const diagnostic = errorDiagnostic({
    code: isBlock ? "CONFIG_UNKNOWN_BLOCK" : "CONFIG_UNKNOWN_ARGUMENT",
    summary: isBlock ? "Unknown block" : "Unknown argument",
    detail: `${isBlock ? `Blocks of type "${name}" are` : `An argument named "${name}" is`} not expected here.${sentence}`,
    subject: nameRange,
    context: range,
    ...(isSecret && { hidesValue: true }),
  });
  return { diagnostic, meant: meant === undefined ? undefined : { name: meant, labels: [] } };
}

/** A block whose type the schema does not know. */
export function unknownBlock(block: Block, schema: BodySchema): UnknownName {
  const { type, typeRange, headerRange } = block;
  const labels = block.labels.map(({ text }) => text);
  const { sentence, meant } = Object.hasOwn(schema.attributes, type)
    ? {
        sentence: ` Did you mean to set the argument "${type}"? Then write ${type} = value.`,
        meant: type,
      }
    : hintOf({ name: type, labels }, schema, [schema.blocks, schema.attributes]);
  const diagnostic = errorDiagnostic({
    code: "CONFIG_UNKNOWN_BLOCK",
    summary: "Unknown block",
    detail: `Blocks of type "${type}" are not expected here.${sentence}`,
    subject: typeRange,
    context: headerRange,
  });
  return { diagnostic, meant: meant === undefined ? undefined : { name: meant, labels } };
}

interface Written {
  readonly name: string;
  readonly labels: readonly string[] | undefined;
}

interface Hint {
  readonly sentence: string;
  readonly meant: string | undefined;
  readonly isSecret: boolean;
}

/** What the schema knows of names from elsewhere comes first; then the name most like it. */
function hintOf(
  { name, labels }: Written,
  schema: BodySchema,
  known: readonly Readonly<Record<string, unknown>>[],
): Hint {
  const foreign = schema.foreign?.(name, labels);
  if (foreign !== undefined) {
    const { sentence, meant, isSecret = false } = foreign;
    return { sentence: ` ${sentence}`, meant, isSecret };
  }
  for (const names of known) {
    const meant = suggestName(name, Object.keys(names));
    if (meant !== undefined)
      return { sentence: ` Did you mean "${meant}"?`, meant, isSecret: false };
  }
  return { sentence: "", meant: undefined, isSecret: false };
}
