import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Attribute, Block, BlockLabel, Body, BodyContent, BodySchema } from "./body.ts";
import { checkAttributes, checkContent, type FoundItems } from "./check-content.ts";
import type { Expression } from "./expression.ts";
import type { SourceFile } from "./source-file.ts";
import type { AttributeNode, BlockNode, BodyNode } from "./syntax/body-node.ts";
import type { ExpressionNode, Span } from "./syntax/expression-node.ts";

/** A body in native syntax. Ranges are worked out when someone asks. */
export class NativeBody implements Body {
  readonly node: BodyNode;
  readonly #file: SourceFile;
  readonly #missing: Span;

  constructor(file: SourceFile, node: BodyNode, missing: Span) {
    this.node = node;
    this.#file = file;
    this.#missing = missing;
  }

  get missingRange(): SourceRange {
    return this.#file.range(this.#missing.start, this.#missing.end);
  }

  content(schema: BodySchema): BodyContent {
    return checkContent(this.#found(), schema);
  }

  attributes(): BodyContent {
    return checkAttributes(this.#found());
  }

  #found(): FoundItems {
    const file = this.#file;
    const missing = this.#missing;
    return {
      attributes: this.node.attributes.map((node) => new NativeAttribute(file, node)),
      blocks: this.node.blocks.map((node) => new NativeBlock(file, node)),
      get missingRange() {
        return file.range(missing.start, missing.end);
      },
      diagnostics: [],
    };
  }
}

/** An expression whose range is worked out when someone asks. */
export class LocatedExpression implements Expression {
  readonly file: SourceFile;
  readonly node: ExpressionNode;

  constructor(file: SourceFile, node: ExpressionNode) {
    this.file = file;
    this.node = node;
  }

  get range(): SourceRange {
    return this.file.range(this.node.start, this.node.end);
  }
}

class NativeAttribute implements Attribute {
  readonly name: string;
  readonly expression: Expression;
  readonly #file: SourceFile;
  readonly #node: AttributeNode;

  constructor(file: SourceFile, node: AttributeNode) {
    this.name = node.name;
    this.expression = new LocatedExpression(file, node.expression);
    this.#file = file;
    this.#node = node;
  }

  get nameRange(): SourceRange {
    return this.#file.range(this.#node.nameSpan.start, this.#node.nameSpan.end);
  }

  get range(): SourceRange {
    return this.#file.range(this.#node.start, this.#node.end);
  }
}

class NativeBlock implements Block {
  readonly type: string;
  readonly labels: readonly BlockLabel[];
  readonly body: Body;
  readonly #file: SourceFile;
  readonly #node: BlockNode;

  constructor(file: SourceFile, node: BlockNode) {
    this.type = node.type;
    this.labels = node.labels.map(({ text, start, end }) => ({
      text,
      get range() {
        return file.range(start, end);
      },
    }));
    this.body = new NativeBody(file, node.body, node.header);
    this.#file = file;
    this.#node = node;
  }

  get typeRange(): SourceRange {
    return this.#file.range(this.#node.typeSpan.start, this.#node.typeSpan.end);
  }

  get headerRange(): SourceRange {
    return this.#file.range(this.#node.header.start, this.#node.header.end);
  }
}
