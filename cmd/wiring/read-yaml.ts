import { createRequire } from "node:module";
import type * as JsYaml from "js-yaml";
import type { FunctionEnvironment } from "../../core/language/functions/function-environment.ts";
import type { YamlEvent, YamlPosition } from "../../core/language/functions/yaml-event.ts";

/** Deeper texts would overflow the stack of what reads the value. */
const DEEPEST = 400;

type Yaml = typeof JsYaml;

/**
 * Loads the package when the first YAML text comes, which few configurations have: loading takes 5 ms of every start, and
 * functions of the language cannot wait for an `import`.
 */
function loadYaml(): Yaml {
  // The types of the package are those of its CommonJS form too.
  return createRequire(import.meta.url)("js-yaml") as Yaml;
}

export const readYaml: FunctionEnvironment["readYaml"] = (text) => {
  const yaml = loadYaml();
  try {
    const events = yaml.parseEvents(text, { maxDepth: DEEPEST });
    return { events: new EventReader(text, yaml).read(events) };
  } catch (error) {
    if (!(error instanceof yaml.YAMLException)) throw error;
    const { mark, reason } = error;
    const place = mark === undefined ? "" : `on line ${mark.line + 1}, column ${mark.column + 1}: `;
    return { fault: `${place}${reason}` };
  }
};

interface NodeOffsets {
  readonly tagStart: number;
  readonly tagEnd: number;
  readonly anchorStart: number;
  readonly anchorEnd: number;
}

class EventReader {
  readonly #text: string;
  readonly #yaml: Yaml;
  readonly #lineStarts: readonly number[];
  #handles = new Map<string, string>();
  /** Where the last event was that had a place. */
  #last = 0;
  #isRoot = false;

  constructor(text: string, yaml: Yaml) {
    this.#text = text;
    this.#yaml = yaml;
    this.#lineStarts = [
      0,
      ...Array.from(text.matchAll(/\r\n?|\n/g), (end) => end.index + end[0].length),
    ];
  }

  read(events: readonly JsYaml.Event[]): readonly YamlEvent[] {
    return events.map((event) => this.#convert(event));
  }

  #convert(event: JsYaml.Event): YamlEvent {
    const { EVENT_ID } = this.#yaml;
    const isRoot = this.#isRoot;
    this.#isRoot = event.type === EVENT_ID.DOCUMENT;
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#handles = new Map([["!!", "tag:yaml.org,2002:"]]);
        for (const directive of event.directives) {
          if (directive.kind === "tag") this.#handles.set(directive.handle, directive.prefix);
        }
        return { kind: "document", at: this.#position(this.#last) };
      case EVENT_ID.SEQUENCE:
        return { kind: "sequence", ...this.#node(event, event.start) };
      case EVENT_ID.MAPPING:
        return { kind: "mapping", ...this.#node(event, event.start) };
      case EVENT_ID.SCALAR:
        return {
          kind: "scalar",
          text: this.#textOf(event, isRoot),
          style: this.#style(event.style),
          ...this.#node(event, event.valueStart),
        };
      case EVENT_ID.ALIAS: {
        const anchor = this.#text.slice(event.anchorStart, event.anchorEnd);
        return { kind: "alias", anchor, at: this.#position(event.anchorStart - 1) };
      }
      case EVENT_ID.POP:
        return { kind: "end" };
      default:
        return event satisfies never;
    }
  }

  /** As libyaml reads it, where that differs from the package. */
  #textOf(event: JsYaml.ScalarEvent, isRoot: boolean): string {
    const isBlock = this.#style(event.style) === "block";
    const indent = isBlock && isRoot && this.#saysIndent(event) ? event.indent + 1 : event.indent;
    const text = this.#yaml.getScalarValue(this.#text, { ...event, indent });
    const isCutOff = event.valueEnd === this.#text.length && !/[\r\n]$/.test(this.#text);
    return isBlock && isCutOff ? text.replace(/\n$/, "") : text;
  }

  /** Whether the line before a block of text holds its indentation: `|2`. */
  #saysIndent({ valueStart }: JsYaml.ScalarEvent): boolean {
    const start = this.#text.lastIndexOf("\n", valueStart - 2) + 1;
    return /[|>][-+]?\d/.test(this.#text.slice(start, valueStart));
  }

  #style(style: JsYaml.ScalarStyle): "plain" | "quoted" | "block" {
    const { SCALAR_STYLE } = this.#yaml;
    if (style === SCALAR_STYLE.PLAIN) return "plain";
    const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
    return isQuoted ? "quoted" : "block";
  }

  #node({ tagStart, tagEnd, anchorStart, anchorEnd }: NodeOffsets, start: number) {
    const starts = [tagStart, anchorStart - 1, start].filter((each) => each >= 0);
    return {
      tag: tagStart < 0 ? "" : this.#longTag(this.#text.slice(tagStart, tagEnd)),
      anchor: anchorStart < 0 ? "" : this.#text.slice(anchorStart, anchorEnd),
      at: this.#position(starts.length === 0 ? this.#last : Math.min(...starts)),
    };
  }

  #longTag(tag: string): string {
    if (tag === "!") return "";
    if (tag.startsWith("!<")) return tag.slice(2, -1);
    const [, handle = "!", suffix = ""] = /^(!(?:[\w-]*!)?)(.*)$/s.exec(tag) ?? [];
    return (this.#handles.get(handle) ?? handle) + decodeURIComponent(suffix);
  }

  #position(offset: number): YamlPosition {
    this.#last = offset;
    let [line, after] = [0, this.#lineStarts.length];
    while (after - line > 1) {
      const middle = (line + after) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) line = middle;
      else after = middle;
    }
    return { line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1 };
  }
}
