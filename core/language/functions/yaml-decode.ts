import { convertValue, isConversionFault } from "../values/convert.ts";
import { objectValue, tupleValue, type Value } from "../values/value.ts";
import { friendlyTypeName, STRING } from "../values/value-type.ts";
import type { YamlEvent, YamlPosition } from "./yaml-event.ts";
import { resolveYamlScalar, YAML_TAGS, YamlScalarError } from "./yaml-scalar.ts";

/** Aliases of aliases could otherwise stand for more values than memory holds. */
const MOST_VALUES = 1_000_000;

/** A YAML text that stands for no value; the message says where, but in the first line, as in the reference. */
export class YamlError extends Error {
  override readonly name = "YamlError";

  constructor(problem: string, at?: YamlPosition) {
    super(
      at === undefined || at.line === 1
        ? problem
        : `on line ${at.line}, column ${at.column}: ${problem}`,
    );
  }
}

/**
 * The value of a YAML text: tuples for sequences, objects for mappings. Of a key that comes twice the last value counts;
 * `<<` copies the entries of other mappings to where it stands. Throws YamlError.
 */
export function decodeYaml(events: readonly YamlEvent[]): Value {
  const [first, ...rest] = events;
  if (first?.kind !== "document") throw new YamlError("missing start of document");
  const builder = new ValueBuilder(rest);
  const value = builder.next(first.at);
  builder.finish();
  return value;
}

interface Anchored {
  readonly value: Value;
  /** How many values it holds, itself included. */
  readonly size: number;
}

type CollectionEvent = Extract<YamlEvent, { readonly kind: "sequence" | "mapping" }>;
type ScalarEvent = Extract<YamlEvent, { readonly kind: "scalar" }>;

class ValueBuilder {
  readonly #events: readonly YamlEvent[];
  readonly #anchors = new Map<string, Anchored | undefined>();
  #at = 0;
  #count = 0;

  constructor(events: readonly YamlEvent[]) {
    this.#events = events;
  }

  /** The next value; `document` is where a text without any is. */
  next(document: YamlPosition): Value {
    const event = this.#take();
    if (event?.kind === "alias") return this.#alias(event.anchor, event.at);
    if (event === undefined || event.kind === "document" || event.kind === "end") {
      throw new YamlError("a value is missing", document);
    }
    return this.#anchored(event);
  }

  /** Throws where anything comes behind the document. */
  finish(): void {
    this.#take();
    if (this.#take() !== undefined) throw new YamlError("only a single document is allowed");
  }

  #take(): YamlEvent | undefined {
    const event = this.#events[this.#at];
    this.#at += 1;
    return event;
  }

  #isAtEnd(): boolean {
    const isEnd = this.#events[this.#at]?.kind === "end";
    if (isEnd) this.#at += 1;
    return isEnd;
  }

  #anchored(event: ScalarEvent | CollectionEvent): Value {
    this.#spend(1, event.at);
    const before = this.#count;
    const { anchor } = event;
    if (anchor !== "") this.#anchors.set(anchor, undefined);
    const value = this.#build(event);
    if (anchor !== "") this.#anchors.set(anchor, { value, size: this.#count - before + 1 });
    return value;
  }

  #build(event: ScalarEvent | CollectionEvent): Value {
    if (event.kind === "scalar") return scalarOf(event);
    return event.kind === "sequence" ? this.#sequence(event) : this.#mapping(event);
  }

  #spend(values: number, at: YamlPosition): void {
    this.#count += values;
    if (this.#count > MOST_VALUES) {
      throw new YamlError(`its aliases stand for more than ${MOST_VALUES} values`, at);
    }
  }

  #alias(anchor: string, at: YamlPosition): Value {
    const found = this.#anchors.get(anchor);
    const name = JSON.stringify(anchor);
    if (found !== undefined) {
      this.#spend(found.size, at);
      return found.value;
    }
    throw this.#anchors.has(anchor)
      ? new YamlError(`cannot refer to anchor ${name} from inside its own definition`, at)
      : new YamlError(`reference to undefined anchor ${name}`, at);
  }

  #sequence({ tag, at }: CollectionEvent): Value {
    if (tag !== "" && tag !== YAML_TAGS.sequence) {
      throw new YamlError(`can't interpret sequence as ${tag}`, at);
    }
    const values: Value[] = [];
    while (!this.#isAtEnd()) values.push(this.next(at));
    return tupleValue(values);
  }

  #mapping({ tag, at }: CollectionEvent): Value {
    if (tag !== "" && tag !== YAML_TAGS.map) {
      throw new YamlError(`can't interpret mapping as ${tag}`, at);
    }
    const entries = new Map<string, Value>();
    while (!this.#isAtEnd()) {
      const key = this.#take();
      if (key?.kind !== "scalar") {
        throw new YamlError("only strings are allowed as mapping keys", positionOf(key) ?? at);
      }
      const isMerge = key.tag === YAML_TAGS.merge || (key.tag === "" && key.text === "<<");
      if (isMerge) merge(entries, this.next(at), key.at);
      else entries.set(keyOf(key), this.next(at));
    }
    return objectValue(entries);
  }
}

function positionOf(event: YamlEvent | undefined): YamlPosition | undefined {
  return event !== undefined && "at" in event ? event.at : undefined;
}

function scalarOf(event: ScalarEvent): Value {
  try {
    return resolveYamlScalar(event);
  } catch (error) {
    if (error instanceof YamlScalarError) throw new YamlError(error.message, event.at);
    throw error;
  }
}

function keyOf(event: ScalarEvent): string {
  const key = convertValue(scalarOf(event), STRING);
  if (!isConversionFault(key)) {
    if (key.kind === "string") return key.content;
    if (key.kind === "null") throw new YamlError("mapping key cannot be null", event.at);
  }
  throw new YamlError("only strings are allowed as mapping keys", event.at);
}

/** Copies the entries of a mapping, or of each mapping in a sequence, over those that are there. */
function merge(entries: Map<string, Value>, source: Value, at: YamlPosition): void {
  const isSequence = source.kind === "sequence";
  for (const each of isSequence ? source.content : [source]) {
    if (each.kind !== "mapping") {
      const from = isSequence ? " (from sequence)" : "";
      throw new YamlError(`cannot merge ${friendlyTypeName(each.type)}${from} into mapping`, at);
    }
    for (const [name, value] of each.content) entries.set(name, value);
  }
}
