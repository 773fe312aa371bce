import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Attribute, Block, BlockLabel, Body, BodyContent, BodySchema } from "../body.ts";
import { checkAttributes, checkContent, type FoundItems } from "../check-content.ts";
import { LocatedExpression } from "../native-body.ts";
import type { SourceFile } from "../source-file.ts";
import type { Span } from "../syntax/expression-node.ts";
import { expressionOfJson } from "./json-expression.ts";
import type { JsonNode, JsonObject, JsonProperty, JsonString } from "./json-node.ts";
import { jsonProblem } from "./json-problem.ts";

/** A property with this name is a comment. */
const COMMENT = "//";

/**
 * A body in JSON syntax. What a property means depends on the schema: an argument's value is an
 * expression; a block's labels are nested objects, and an array stands for several blocks.
 */
export class JsonBody implements Body {
  readonly #file: SourceFile;
  readonly #objects: readonly JsonObject[];

  /** The properties of all objects count as one body's. */
  constructor(file: SourceFile, objects: readonly JsonObject[]) {
    this.#file = file;
    this.#objects = objects;
  }

  get missingRange(): SourceRange {
    const offset = this.#objects[0]?.start ?? 0;
    return this.#file.range(offset, Math.min(offset + 1, this.#file.text.length));
  }

  content(schema: BodySchema): BodyContent {
    const diagnostics: Diagnostic[] = [];
    const attributes: Attribute[] = [];
    const blocks: Block[] = [];
    for (const property of this.#properties()) {
      const name = nameOf(property.name);
      const block = Object.hasOwn(schema.blocks, name) ? schema.blocks[name] : undefined;
      if (block === undefined) attributes.push(attributeOf(property, this.#file, diagnostics));
      else {
        const unpacking = new Unpacking(this.#file, property, block.labels ?? []);
        for (const one of unpacking.blocks()) blocks.push(one);
        for (const problem of unpacking.diagnostics) diagnostics.push(problem);
      }
    }
    return checkContent(this.#found({ attributes, blocks, diagnostics }), schema);
  }

  attributes(): BodyContent {
    const diagnostics: Diagnostic[] = [];
    const attributes = this.#properties().map((property) =>
      attributeOf(property, this.#file, diagnostics),
    );
    return checkAttributes(this.#found({ attributes, blocks: [], diagnostics }));
  }

  #found(items: Omit<FoundItems, "missingRange">): FoundItems {
    return { ...items, missingRange: this.missingRange };
  }

  #properties(): readonly JsonProperty[] {
    return this.#objects.flatMap(propertiesOf);
  }
}

function propertiesOf({ properties }: JsonObject): readonly JsonProperty[] {
  return properties.filter(({ name }) => name.text !== COMMENT);
}

function nameOf({ text }: JsonString): string {
  return text.normalize("NFC");
}

function rangeOf(file: SourceFile, { start, end }: Span): SourceRange {
  return file.range(start, end);
}

function attributeOf(
  { name, value }: JsonProperty,
  file: SourceFile,
  diagnostics: Diagnostic[],
): Attribute {
  return {
    name: nameOf(name),
    get nameRange() {
      return rangeOf(file, name);
    },
    get range() {
      return file.range(name.start, value.end);
    },
    expression: new LocatedExpression(file, expressionOfJson(value, file, diagnostics)),
  };
}

/** Turns one property into the blocks that it stands for. */
class Unpacking {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: SourceFile;
  readonly #property: JsonProperty;
  readonly #labelNames: readonly string[];

  constructor(file: SourceFile, property: JsonProperty, labelNames: readonly string[]) {
    this.#file = file;
    this.#property = property;
    this.#labelNames = labelNames;
  }

  blocks(): readonly Block[] {
    return this.#unpack(this.#property.value, []);
  }

  #unpack(node: JsonNode, labels: readonly JsonString[]): readonly Block[] {
    if (node.kind === "null" || node.kind === "invalid") return [];
    if (node.kind === "array") {
      return node.elements.flatMap((element) => this.#unpack(element, labels));
    }
    if (node.kind !== "object") return this.#wrongType(node);
    if (labels.length === this.#labelNames.length) return [this.#block(node, labels)];
    return propertiesOf(node).flatMap(({ name, value }) => this.#unpack(value, [...labels, name]));
  }

  #block(node: JsonObject, labels: readonly JsonString[]): Block {
    const file = this.#file;
    const key = this.#property.name;
    return {
      type: nameOf(key),
      labels: labels.map(
        (label): BlockLabel => ({
          text: nameOf(label),
          get range() {
            return rangeOf(file, label);
          },
        }),
      ),
      body: new JsonBody(file, [node]),
      get typeRange() {
        return rangeOf(file, key);
      },
      get headerRange() {
        return rangeOf(file, labels.at(-1) ?? key);
      },
    };
  }

  #wrongType(node: JsonNode): readonly [] {
    const names = this.#labelNames.length === 0 ? "" : " with the label of each block as a name";
    const problem = {
      summary: "Incorrect JSON value type",
      detail: `The property "${this.#property.name.text}" stands for blocks: it needs a JSON object${names}, or an array of such objects.`,
    };
    this.diagnostics.push(jsonProblem(this.#file, problem, node));
    return [];
  }
}
