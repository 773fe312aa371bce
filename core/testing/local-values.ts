import { type WidenableScope, widenScope } from "../config/evaluate/widen-scope.ts";
import { formatPlace, problem, type Report } from "../config/report.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Attribute } from "../language/body.ts";
import { evaluate } from "../language/evaluation/evaluate.ts";
import type { Reference } from "../language/expression.ts";
import type { Resolution, Scope } from "../language/scope.ts";
import { DYNAMIC_UNKNOWN, type Value } from "../language/values/value.ts";

/** What a file of tests adds to the configuration's names: its own local values. */
export interface LocalValues {
  /** Undefined where the file has none of that name. */
  valueOf(name: string): Value | undefined;
}

interface LocalFacts {
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** What expressions of the configuration mean. */
  readonly outer: Scope;
  /** Where the configuration's own local values stand. */
  readonly taken: ReadonlyMap<string, SourceRange>;
  readonly report: Report;
}

/** Local values refer to each other in any order, and are evaluated once, when first asked for. */
export function openLocalValues(facts: LocalFacts): LocalValues {
  const { attributes, taken, report } = facts;
  for (const [name, { nameRange }] of attributes) {
    const first = taken.get(name);
    if (first !== undefined) report.add(duplicate(name, nameRange, first));
  }
  const values = new LazyValues(facts);
  for (const name of attributes.keys()) values.valueOf(name);
  return values;
}

class LazyValues implements LocalValues {
  readonly #facts: LocalFacts;
  readonly #known = new Map<string, Value>();
  readonly #open = new Set<string>();

  constructor(facts: LocalFacts) {
    this.#facts = facts;
  }

  valueOf(name: string): Value | undefined {
    const attribute = this.#facts.attributes.get(name);
    if (attribute === undefined) return undefined;
    return this.#known.get(name) ?? this.#evaluate(name, attribute);
  }

  #evaluate(name: string, attribute: Attribute): Value {
    const { outer, report } = this.#facts;
    if (this.#open.has(name)) {
      report.add(circle([...this.#open, name], attribute.nameRange));
      return DYNAMIC_UNKNOWN;
    }
    this.#open.add(name);
    const { value, diagnostics } = evaluate(attribute.expression, withLocals(outer, this));
    this.#open.delete(name);
    report.add(...diagnostics);
    this.#known.set(name, value);
    return value;
  }
}

function duplicate(name: string, subject: SourceRange, first: SourceRange) {
  const detail = `The local value "${name}" stands at ${formatPlace(subject)} and already in the configuration, at ${formatPlace(first)}. A test knows both, so rename this one.`;
  return problem({ summary: "Duplicate name", detail, subject }, "CONFIG_DUPLICATE_NAME");
}

function circle(names: readonly string[], subject: SourceRange) {
  const start = names.indexOf(names.at(-1) ?? "");
  const way = names.slice(start).map((name) => `local.${name}`);
  const detail = `These local values need each other, so none of them has a value: ${way.join(", ")}. Break the circle.`;
  return problem({ summary: "Circle of references", detail, subject }, "CONFIG_CYCLE");
}

/** The scope with a file's local values. */
export function withLocals(outer: Scope, locals: LocalValues): Scope {
  return new FileScope(outer, locals);
}

class FileScope implements WidenableScope {
  readonly variables: Scope["variables"];
  readonly functions: Scope["functions"];
  readonly #outer: Scope;
  readonly #locals: LocalValues;

  constructor(outer: Scope, locals: LocalValues) {
    this.variables = outer.variables;
    this.functions = outer.functions;
    this.#outer = outer;
    this.#locals = locals;
  }

  with(more: ReadonlyMap<string, Value>): Scope {
    return new FileScope(widenScope(this.#outer, more), this.#locals);
  }

  resolve(reference: Reference): Resolution | undefined {
    const [step] = reference.steps;
    const isOwn = reference.root === "local" && step?.kind === "attribute";
    const value = isOwn ? this.#locals.valueOf(step.name) : undefined;
    return value === undefined ? this.#outer.resolve?.(reference) : { value, steps: 1 };
  }
}
