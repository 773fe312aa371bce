import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Attribute, Block, BodyContent, BodySchema } from "./body.ts";
import { didYouMean } from "./suggestion.ts";

/** What a body of either syntax found, before it is held against the schema. */
export interface FoundItems {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
  readonly missingRange: SourceRange;
  /** What the syntax itself had to say while it read. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Holds the items of a body against its schema: the one place for both syntaxes. */
export function checkContent(found: FoundItems, schema: BodySchema): BodyContent {
  const diagnostics: Diagnostic[] = [...found.diagnostics];
  const attributes = keepAttributes(found, schema, diagnostics);
  const blocks = found.blocks.filter((block) => isBlockRight(block, schema, diagnostics));
  for (const [name, { required }] of Object.entries(schema.attributes)) {
    const isSet = found.attributes.some((attribute) => attribute.name === name);
    if (required === true && !isSet) diagnostics.push(missing("argument", name, found));
  }
  checkCounts(found, schema, diagnostics);
  return { attributes, blocks, diagnostics };
}

/** As `checkContent` for a body of attributes with any names. */
export function checkAttributes(found: FoundItems): BodyContent {
  const diagnostics: Diagnostic[] = [...found.diagnostics];
  for (const block of found.blocks) {
    diagnostics.push(
      errorDiagnostic({
        code: "CONFIG_UNKNOWN_BLOCK",
        summary: "Unknown block",
        detail: `Blocks are not allowed here, only arguments of the form name = value. Found a block of type "${block.type}".`,
        subject: block.typeRange,
        context: block.headerRange,
      }),
    );
  }
  const attributes = new Map<string, Attribute>();
  for (const attribute of found.attributes) addAttribute(attributes, attribute, diagnostics);
  return { attributes, blocks: [], diagnostics };
}

function keepAttributes(
  found: FoundItems,
  schema: BodySchema,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const attribute of found.attributes) {
    if (Object.hasOwn(schema.attributes, attribute.name)) {
      addAttribute(attributes, attribute, diagnostics);
    } else diagnostics.push(unknownArgument(attribute, schema));
  }
  return attributes;
}

function addAttribute(
  attributes: Map<string, Attribute>,
  attribute: Attribute,
  diagnostics: Diagnostic[],
): void {
  const first = attributes.get(attribute.name);
  if (first === undefined) {
    attributes.set(attribute.name, attribute);
    return;
  }
  diagnostics.push(
    errorDiagnostic({
      code: "CONFIG_DUPLICATE_NAME",
      summary: "Attribute redefined",
      detail: `The argument "${attribute.name}" was already set at ${placeOf(first.nameRange)}. Each argument may be set only once.`,
      subject: attribute.nameRange,
      context: attribute.range,
    }),
  );
}

function placeOf({ filename, start }: SourceRange): string {
  return `${filename}:${start.line},${start.column}`;
}

function unknownArgument(attribute: Attribute, schema: BodySchema): Diagnostic {
  const { name } = attribute;
  const hint = Object.hasOwn(schema.blocks, name)
    ? ` Did you mean to define a block "${name}"? Then write it without the equals sign.`
    : didYouMean(name, Object.keys(schema.attributes)) ||
      didYouMean(name, Object.keys(schema.blocks));
  return errorDiagnostic({
    code: "CONFIG_UNKNOWN_ARGUMENT",
    summary: "Unknown argument",
    detail: `An argument named "${name}" is not expected here.${hint}`,
    subject: attribute.nameRange,
    context: attribute.range,
  });
}

function isBlockRight(block: Block, schema: BodySchema, diagnostics: Diagnostic[]): boolean {
  const expected = Object.hasOwn(schema.blocks, block.type) ? schema.blocks[block.type] : undefined;
  if (expected === undefined) {
    diagnostics.push(unknownBlock(block, schema));
    return false;
  }
  const names = expected.labels ?? [];
  if (names.length === block.labels.length) return true;
  diagnostics.push(wrongLabels(block, names));
  return false;
}

function unknownBlock(block: Block, schema: BodySchema): Diagnostic {
  const hint = Object.hasOwn(schema.attributes, block.type)
    ? ` Did you mean to set the argument "${block.type}"? Then write ${block.type} = value.`
    : didYouMean(block.type, Object.keys(schema.blocks)) ||
      didYouMean(block.type, Object.keys(schema.attributes));
  return errorDiagnostic({
    code: "CONFIG_UNKNOWN_BLOCK",
    summary: "Unknown block",
    detail: `Blocks of type "${block.type}" are not expected here.${hint}`,
    subject: block.typeRange,
    context: block.headerRange,
  });
}

function wrongLabels(block: Block, names: readonly string[]): Diagnostic {
  const extra = block.labels[names.length];
  const form = [block.type, ...names.map((name) => `"${name}"`), "{ }"].join(" ");
  const count =
    names.length === 0 ? "no label" : `${names.length} label${names.length === 1 ? "" : "s"}`;
  return errorDiagnostic({
    code: "LANGUAGE_SYNTAX",
    summary: extra === undefined ? "Missing block label" : "Extraneous block label",
    detail: `A block of type "${block.type}" has ${count} and is written ${form}; this one has ${block.labels.length}.`,
    subject: extra?.range ?? block.headerRange,
    context: block.headerRange,
  });
}

function missing(what: "argument" | "block", name: string, found: FoundItems): Diagnostic {
  return errorDiagnostic({
    code: "CONFIG_MISSING_ARGUMENT",
    summary: `Missing required ${what}`,
    detail:
      what === "argument"
        ? `The argument "${name}" is required, but no definition was found.`
        : `A block of type "${name}" is required here, but none was found.`,
    subject: found.missingRange,
  });
}

function checkCounts(found: FoundItems, schema: BodySchema, diagnostics: Diagnostic[]): void {
  for (const [type, { min = 0, max = Infinity }] of Object.entries(schema.blocks)) {
    if (min === 0 && max === Infinity) continue;
    const blocks = found.blocks.filter((block) => block.type === type);
    if (blocks.length < min) diagnostics.push(missing("block", type, found));
    const surplus = blocks[max];
    const first = blocks[0];
    if (surplus === undefined || first === undefined) continue;
    diagnostics.push(
      errorDiagnostic({
        code: "CONFIG_DUPLICATE_NAME",
        summary: "Too many blocks of one type",
        detail: `At most ${max === 1 ? "one block" : `${max} blocks`} of type "${type}" may stand here. The first is at ${placeOf(first.typeRange)}.`,
        subject: surplus.headerRange,
      }),
    );
  }
}
