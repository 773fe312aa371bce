import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Attribute, Block, BodyContent, BodySchema, MeantName } from "./body.ts";
import { type UnknownName, unknownArgument, unknownBlock } from "./unknown-name.ts";

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
  const pass: Pass = { found, schema, diagnostics: [...found.diagnostics], meant: [] };
  const attributes = keepAttributes(pass);
  const blocks = found.blocks.filter((block) => isBlockRight(block, pass));
  const { diagnostics, meant } = pass;
  const isThere = (name: string) => meant.some((each) => each.name === name);
  for (const [name, { required }] of Object.entries(schema.attributes)) {
    const isSet = found.attributes.some((attribute) => attribute.name === name);
    if (required === true && !isSet && !isThere(name))
      diagnostics.push(missing("argument", name, found));
  }
  checkCounts(pass, isThere);
  return { attributes, blocks, diagnostics, meant };
}

interface Pass {
  readonly found: FoundItems;
  readonly schema: BodySchema;
  readonly diagnostics: Diagnostic[];
  readonly meant: MeantName[];
}

function addUnknown({ diagnostic, meant }: UnknownName, pass: Pass): void {
  pass.diagnostics.push(diagnostic);
  if (meant !== undefined) pass.meant.push(meant);
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
  return { attributes, blocks: [], diagnostics, meant: [] };
}

function keepAttributes(pass: Pass): ReadonlyMap<string, Attribute> {
  const { found, schema, diagnostics } = pass;
  const attributes = new Map<string, Attribute>();
  for (const attribute of found.attributes) {
    if (Object.hasOwn(schema.attributes, attribute.name)) {
      addAttribute(attributes, attribute, diagnostics);
    } else addUnknown(unknownArgument(attribute, schema), pass);
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

function isBlockRight(block: Block, pass: Pass): boolean {
  const { type, labels } = block;
  const { blocks } = pass.schema;
  const expected = Object.hasOwn(blocks, type) ? blocks[type] : undefined;
  if (expected === undefined) {
    addUnknown(unknownBlock(block, pass.schema), pass);
    return false;
  }
  const names = expected.labels ?? [];
  if (names.length === labels.length) return true;
  const meant = { name: type, labels: labels.map(({ text }) => text) };
  addUnknown({ diagnostic: wrongLabels(block, names), meant }, pass);
  return false;
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

function checkCounts(
  { found, schema, diagnostics }: Pass,
  isThere: (name: string) => boolean,
): void {
  for (const [type, { min = 0, max = Infinity }] of Object.entries(schema.blocks)) {
    if (min === 0 && max === Infinity) continue;
    const blocks = found.blocks.filter((block) => block.type === type);
    if (blocks.length < min && !isThere(type)) diagnostics.push(missing("block", type, found));
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
