import { stringValue } from "../values/value.ts";
import type { ExpressionNode, Span } from "./expression-node.ts";
import type { ForPart, IfPart, TemplatePart } from "./template-part.ts";
import type { TokenReader } from "./token-reader.ts";

/** Pairs the directives of a template up; `close` is what ends it, where directives without end are reported. */
export function treeOfParts(
  reader: TokenReader,
  parts: readonly TemplatePart[],
  close: Span,
): readonly ExpressionNode[] {
  return new TreeBuilder(reader, parts, close).whole();
}

class TreeBuilder {
  readonly #reader: TokenReader;
  readonly #parts: readonly TemplatePart[];
  readonly #end: Span;
  #next = 0;

  constructor(reader: TokenReader, parts: readonly TemplatePart[], end: Span) {
    this.#reader = reader;
    this.#parts = parts;
    this.#end = end;
  }

  whole(): readonly ExpressionNode[] {
    const nodes: ExpressionNode[] = [];
    for (;;) {
      this.#readRun(nodes);
      const part = this.#parts[this.#next];
      if (part === undefined) return nodes;
      this.#next += 1;
      const opener = part.kind === "endfor" ? "for" : "if";
      this.#reader.report({
        summary: `Unexpected ${part.kind} directive`,
        detail: `This "${part.kind}" belongs to no "${opener}" directive that is open here.`,
        at: part,
      });
      nodes.push({ kind: "invalid", start: part.start, end: part.end });
    }
  }

  /** Nodes up to a directive that ends or splits something. */
  #run(): readonly ExpressionNode[] {
    const nodes: ExpressionNode[] = [];
    this.#readRun(nodes);
    return nodes;
  }

  /** As `#run`, behind the nodes that are there. */
  #readRun(nodes: ExpressionNode[]): void {
    for (;;) {
      const part = this.#parts[this.#next];
      const node = part === undefined ? undefined : this.#nodeOf(part);
      if (node === undefined) return;
      nodes.push(node);
    }
  }

  #nodeOf(part: TemplatePart): ExpressionNode | undefined {
    switch (part.kind) {
      case "text":
        this.#next += 1;
        return {
          kind: "literal",
          value: stringValue(part.text),
          start: part.start,
          end: part.end,
        };
      case "interpolation":
        this.#next += 1;
        return part.node;
      case "if":
        return this.#reader.nested(() => this.#conditional(part));
      case "for":
        return this.#reader.nested(() => this.#loop(part));
      case "else":
      case "endif":
      case "endfor":
        return undefined;
      default:
        return part satisfies never;
    }
  }

  #conditional(open: IfPart): ExpressionNode {
    this.#next += 1;
    const whenTrue = templateOf(this.#run(), open);
    let whenFalse = templateOf([], open);
    if (this.#parts[this.#next]?.kind === "else") {
      this.#next += 1;
      whenFalse = templateOf(this.#run(), open);
    }
    const end = this.#close(open, "endif");
    return {
      kind: "conditional",
      condition: open.condition,
      whenTrue,
      whenFalse,
      start: open.start,
      end,
    };
  }

  #loop(open: ForPart): ExpressionNode {
    this.#next += 1;
    const value = templateOf(this.#run(), open);
    const end = this.#close(open, "endfor");
    const { keyName, valueName, collection, start } = open;
    return {
      kind: "join",
      tuple: {
        kind: "for",
        keyName,
        valueName,
        collection,
        key: undefined,
        value,
        condition: undefined,
        groups: false,
        openEnd: open.end,
        start,
        end,
      },
      start,
      end,
    };
  }

  #close(open: IfPart | ForPart, keyword: "endif" | "endfor"): number {
    const part = this.#parts[this.#next];
    if (part?.kind === keyword) {
      this.#next += 1;
      return part.end;
    }
    this.#reader.report({
      summary:
        part === undefined ? "Unexpected end of template" : `Unexpected ${part.kind} directive`,
      detail: `The "${open.kind}" directive that starts on line ${this.#reader.file.position(open.start).line} needs an "${keyword}" directive to end it.`,
      at: part ?? this.#end,
    });
    return open.end;
  }
}

function templateOf(parts: readonly ExpressionNode[], open: Span): ExpressionNode {
  const start = parts[0]?.start ?? open.end;
  return { kind: "template", parts, start, end: parts.at(-1)?.end ?? start };
}
