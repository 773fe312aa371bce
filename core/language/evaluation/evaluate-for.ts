import type { ExpressionNode, ForNode } from "../syntax/expression-node.ts";
import { convertValue, isConversionFault } from "../values/convert.ts";
import { joinMarks, withMarks, withoutMarks } from "../values/marks.ts";
import {
  DYNAMIC_UNKNOWN,
  type Marks,
  NO_MARKS,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  type Value,
} from "../values/value.ts";
import { BOOL, friendlyTypeName, isCollection, STRING } from "../values/value-type.ts";
import {
  type EvaluationContext,
  evaluateApart,
  hasErrors,
  reportAll,
  reportProblem,
} from "./evaluation-context.ts";

/** The value of `[for …]` or `{for …}`. */
export function evaluateFor(node: ForNode, context: EvaluationContext): Value {
  const collection = context.evaluate(node.collection, context);
  const entries = entriesOf(collection, node, context);
  const mayRun = entries !== undefined || mayIterate(collection);
  const condition = mayRun ? tryCondition(node, context) : NO_MARKS;
  if (condition === undefined) return DYNAMIC_UNKNOWN;
  if (entries === undefined) return withMarks(DYNAMIC_UNKNOWN, collection.marks, condition);
  const loop = new Loop(node, context, collection.marks);
  for (const [key, value] of entries) loop.turn(key, value);
  return loop.result();
}

type Entry = readonly [Value, Value];

/** Keys and values to go through; undefined where they are not known or there are none to have. */
function entriesOf(
  collection: Value,
  node: ForNode,
  context: EvaluationContext,
): Iterable<Entry> | undefined {
  if (collection.kind === "null") {
    reportProblem(context, {
      summary: "Iteration over null value",
      detail: "A null value cannot be used as the collection in a 'for' expression.",
      at: node.collection,
      within: node,
    });
    return undefined;
  }
  if (collection.kind === "sequence") {
    const isSet = collection.type.kind === "set";
    return collection.content.map((value, at) => [isSet ? value : numberValue(at), value] as const);
  }
  if (collection.kind === "mapping") {
    return Array.from(collection.content, ([name, value]) => [stringValue(name), value] as const);
  }
  const { kind } = collection.type;
  if (kind === "string" || kind === "number" || kind === "bool") {
    reportProblem(context, {
      summary: "Iteration over non-iterable value",
      detail: `A value of type ${friendlyTypeName(collection.type)} cannot be used as the collection in a 'for' expression.`,
      at: node.collection,
      within: node,
    });
  }
  return undefined;
}

/** Whether an unknown collection may turn out as one; its type is not even known where it is dynamic. */
function mayIterate({ kind, type }: Value): boolean {
  return (
    kind === "unknown" && (isCollection(type) || type.kind === "tuple" || type.kind === "object")
  );
}

/**
 * Tries the condition once with unknown names, so that a wrong one is reported once and not per element. Gives the
 * condition's marks; undefined where it is wrong.
 */
function tryCondition({ condition, ...node }: ForNode, context: EvaluationContext) {
  if (condition === undefined) return NO_MARKS;
  const inner = withNames(node, [DYNAMIC_UNKNOWN, DYNAMIC_UNKNOWN], context);
  const { value, diagnostics } = evaluateApart(condition, inner);
  reportAll(context, diagnostics);
  const fit = boolOf(value, { condition, whenNull: "Condition is null" }, context);
  return fit === undefined || hasErrors(diagnostics) ? undefined : value.marks;
}

type ForNames = Pick<ForNode, "keyName" | "valueName">;

function withNames(
  { keyName, valueName }: ForNames,
  [key, value]: Entry,
  context: EvaluationContext,
): EvaluationContext {
  const values = new Map([[valueName, value]]);
  if (keyName !== undefined) values.set(keyName, key);
  return { ...context, locals: { values, outer: context.locals } };
}

interface Condition {
  readonly condition: ExpressionNode;
  /** The summary where the condition is null. */
  readonly whenNull: string;
}

function boolOf(
  given: Value,
  { condition, whenNull }: Condition,
  context: EvaluationContext,
): Value | undefined {
  if (given.kind === "null") {
    reportProblem(context, {
      summary: whenNull,
      detail: "The value of the 'if' clause must not be null.",
      at: condition,
      within: condition,
    });
    return undefined;
  }
  const value = convertValue(given, BOOL);
  if (!isConversionFault(value)) return value;
  reportProblem(context, {
    summary: "Invalid 'for' condition",
    detail: `The 'if' clause value is invalid: ${value.fault}.`,
    at: condition,
    within: condition,
  });
  return undefined;
}

/** Gathers the results of the turns. */
class Loop {
  readonly #node: ForNode;
  readonly #context: EvaluationContext;
  readonly #values: Value[] = [];
  readonly #attributes = new Map<string, Value>();
  readonly #groups = new Map<string, Value[]>();
  #marks: Marks;
  #isKnown = true;

  constructor(node: ForNode, context: EvaluationContext, marks: Marks) {
    this.#node = node;
    this.#context = context;
    this.#marks = marks;
  }

  turn(key: Value, value: Value): void {
    const inner = withNames(this.#node, [key, value], this.#context);
    if (!this.#includes(inner)) return;
    if (this.#node.key === undefined) {
      this.#values.push(inner.evaluate(this.#node.value, inner));
      return;
    }
    const name = this.#nameOf(this.#node.key, inner);
    if (name !== undefined) this.#put(name, inner.evaluate(this.#node.value, inner));
  }

  result(): Value {
    if (!this.#isKnown) return withMarks(DYNAMIC_UNKNOWN, this.#marks);
    return withMarks(this.#known(), this.#marks);
  }

  #known(): Value {
    if (this.#node.key === undefined) return tupleValue(this.#values);
    if (!this.#node.groups) return objectValue(this.#attributes);
    const groups = Array.from(
      this.#groups,
      ([name, values]) => [name, tupleValue(values)] as const,
    );
    return objectValue(new Map(groups));
  }

  #includes(inner: EvaluationContext): boolean {
    const { condition } = this.#node;
    if (condition === undefined) return true;
    const given = inner.evaluate(condition, inner);
    const value = boolOf(
      given,
      { condition, whenNull: "Invalid 'for' condition" },
      this.#whileKnown(inner),
    );
    this.#marks = joinMarks(this.#marks, given.marks);
    if (value?.kind === "bool") return value.content;
    this.#isKnown = false;
    return false;
  }

  #nameOf(key: ExpressionNode, inner: EvaluationContext): string | undefined {
    const given = inner.evaluate(key, inner);
    this.#marks = joinMarks(this.#marks, given.marks);
    if (given.kind === "null") {
      this.#badKey(inner, "Key expression in 'for' expression must not produce a null value.");
      this.#isKnown = false;
      return undefined;
    }
    const name = convertValue(withoutMarks(given), STRING);
    if (isConversionFault(name)) {
      this.#badKey(inner, `The key expression produced an invalid result: ${name.fault}.`);
    } else if (name.kind === "string") return name.content;
    this.#isKnown = false;
    return undefined;
  }

  #badKey(inner: EvaluationContext, detail: string): void {
    const at = this.#node.key ?? this.#node;
    reportProblem(this.#whileKnown(inner), {
      summary: "Invalid object key",
      detail,
      at,
      within: this.#node,
    });
  }

  /** The keys of a marked collection, and marked keys, may be secret. */
  #shown(name: string): string {
    return this.#marks.size > 0 ? "the same key" : `the key "${name}"`;
  }

  /** Where a turn has made the result unknown already, later turns say nothing: most often it is the same again. */
  #whileKnown(inner: EvaluationContext): EvaluationContext {
    return this.#isKnown ? inner : { ...inner, diagnostics: [] };
  }

  #put(name: string, value: Value): void {
    if (this.#node.groups) {
      const group = this.#groups.get(name);
      if (group === undefined) this.#groups.set(name, [value]);
      else group.push(value);
    } else if (this.#attributes.has(name)) {
      reportProblem(this.#context, {
        summary: "Duplicate object key",
        detail: `Two different items produced ${this.#shown(name)} in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.`,
        at: this.#node.key ?? this.#node,
        within: this.#node,
      });
    } else this.#attributes.set(name, value);
  }
}
