import type { Node } from "jsonc-parser";
import { type Diagnostic, errorDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceRange } from "../../diagnostics/source-range.ts";
import type { Attribute, Block, BlockLabel, Body, BodyContent, BodySchema } from "../body.ts";
import { checkAttributes, checkContent, type FoundItems } from "../check-content.ts";
import { LocatedExpression } from "../native-body.ts";
import type { SourceFile } from "../source-file.ts";
import { expressionOfJson, textOfJson } from "./json-expression.ts";

/** A property with this name is a comment. */
const COMMENT = "//";

interface Property {
  readonly name: string;
  readonly key: Node;
  readonly value: Node;
}

/**
 * A body in JSON syntax. What a property means depends on the schema: an argument's value is an
 * expression; a block's labels are nested objects, and an array stands for several blocks.
 */
export class JsonBody implements Body {
  readonly #file: SourceFile;
  readonly #nodes: readonly Node[];

  /** `nodes` are objects whose properties count as one body's. */
  constructor(file: SourceFile, nodes: readonly Node[]) {
    this.#file = file;
    this.#nodes = nodes;
  }

  get missingRange(): SourceRange {
    const offset = this.#nodes[0]?.offset ?? 0;
    return this.#file.range(offset, Math.min(offset + 1, this.#file.text.length));
  }

  content(schema: BodySchema): BodyContent {
    const diagnostics: Diagnostic[] = [];
    const attributes: Attribute[] = [];
    const blocks: Block[] = [];
    for (const property of this.#properties()) {
      const block = Object.hasOwn(schema.blocks, property.name)
        ? schema.blocks[property.name]
        : undefined;
      if (block === undefined) attributes.push(attributeOf(property, this.#file, diagnostics));
      else {
        const unpacking = new Unpacking(this.#file, property, block.labels ?? []);
        blocks.push(...unpacking.blocks());
        diagnostics.push(...unpacking.diagnostics);
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

  #properties(): readonly Property[] {
    return this.#nodes.flatMap(propertiesOf).filter(({ name }) => name !== COMMENT);
  }
}

function propertiesOf(node: Node): readonly Property[] {
  return (node.children ?? []).flatMap(({ children = [] }) => {
    const [key, value] = children;
    if (key === undefined || value === undefined) return [];
    return [{ name: textOfJson(key).normalize("NFC"), key, value }];
  });
}

function rangeOf(file: SourceFile, node: Node): SourceRange {
  return file.range(node.offset, node.offset + node.length);
}

function attributeOf(
  { name, key, value }: Property,
  file: SourceFile,
  diagnostics: Diagnostic[],
): Attribute {
  return {
    name,
    get nameRange() {
      return rangeOf(file, key);
    },
    get range() {
      return file.range(key.offset, value.offset + value.length);
    },
    expression: new LocatedExpression(file, expressionOfJson(value, file, diagnostics)),
  };
}

/** Turns one property into the blocks that it stands for. */
class Unpacking {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: SourceFile;
  readonly #property: Property;
  readonly #labelNames: readonly string[];

  constructor(file: SourceFile, property: Property, labelNames: readonly string[]) {
    this.#file = file;
    this.#property = property;
    this.#labelNames = labelNames;
  }

  blocks(): readonly Block[] {
    return this.#unpack(this.#property.value, []);
  }

  #unpack(node: Node, labels: readonly Node[]): readonly Block[] {
    if (node.type === "null") return [];
    if (node.type === "array") {
      return (node.children ?? []).flatMap((child) => this.#unpack(child, labels));
    }
    if (node.type !== "object") return this.#wrongType(node);
    if (labels.length === this.#labelNames.length) return [this.#block(node, labels)];
    return propertiesOf(node)
      .filter(({ name }) => name !== COMMENT)
      .flatMap(({ key, value }) => this.#unpack(value, [...labels, key]));
  }

  #block(node: Node, labels: readonly Node[]): Block {
    const file = this.#file;
    const { name, key } = this.#property;
    return {
      type: name,
      labels: labels.map(
        (label): BlockLabel => ({
          text: textOfJson(label).normalize("NFC"),
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

  #wrongType(node: Node): readonly [] {
    const { name } = this.#property;
    this.diagnostics.push(
      errorDiagnostic({
        code: "LANGUAGE_SYNTAX",
        summary: "Incorrect JSON value type",
        detail: `The property "${name}" stands for blocks: it needs a JSON object${this.#labelNames.length === 0 ? "" : " with the label of each block as a name"}, or an array of such objects.`,
        subject: rangeOf(this.#file, node),
      }),
    );
    return [];
  }
}
