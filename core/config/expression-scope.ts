import { isResourceType, RESOURCES } from "../../schemas/blocks/resources.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { evaluate } from "../language/evaluation/evaluate.ts";
import type { Reference } from "../language/expression.ts";
import type { FunctionDeclaration } from "../language/functions/function-declaration.ts";
import type { Resolution, Scope } from "../language/scope.ts";
import { didYouMean } from "../language/suggestion.ts";
import { DYNAMIC_UNKNOWN, objectValue, stringValue, type Value } from "../language/values/value.ts";
import type { Declarations } from "./declarations.ts";
import { formatPlace, problem, type Report } from "./report.ts";

interface ScopeInput {
  readonly declarations: Declarations;
  readonly variables: ReadonlyMap<string, Value>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly report: Report;
}

/** The scope of a configuration's expressions, and its local values. */
export interface ConfigurationScope extends Scope {
  /** Evaluates every local value, so that faults of unused ones are reported too. */
  evaluateLocals(): void;
}

/** Words that Terraform gives a meaning which comes later. */
const LATER_ROOTS: readonly string[] = ["each", "count", "module", "self", "terraform"];

export function createScope(input: ScopeInput): ConfigurationScope {
  return new ConfigurationScopeOfFiles(input);
}

class ConfigurationScopeOfFiles implements ConfigurationScope {
  readonly variables: ReadonlyMap<string, Value>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly #input: ScopeInput;
  readonly #locals = new Map<string, Value>();
  /** Local values being evaluated, outermost first. */
  readonly #open: string[] = [];

  constructor(input: ScopeInput) {
    // Every relative path starts at the configuration's directory, with -chdir too, so the way there is no step at all.
    const here = stringValue(".");
    const path = new Map<string, Value>([
      ["module", here],
      ["root", here],
    ]);
    this.variables = new Map([["path", objectValue(path)]]);
    this.functions = input.functions;
    this.#input = input;
  }

  evaluateLocals(): void {
    for (const name of this.#input.declarations.locals.keys()) this.#local(name);
  }

  resolve(reference: Reference): Resolution | undefined {
    const { root } = reference;
    if (root === "var") return this.#resolveVariable(reference);
    if (root === "local") return this.#resolveLocal(reference);
    if (isResourceType(root)) return this.#resolveBlock(reference);
    if (root === "data") return this.#later(reference, "Data sources cannot be read yet");
    if (LATER_ROOTS.includes(root)) return this.#later(reference, `"${root}" is not available yet`);
    return this.variables.has(root) ? undefined : { diagnostics: [unknownRoot(reference)] };
  }

  #resolveVariable(reference: Reference): Resolution {
    const { variables } = this.#input;
    const value = variables.get(nameIn(reference) ?? "");
    if (value !== undefined) return { value, steps: 1 };
    return this.#missing(reference, "input variable", variables.keys());
  }

  #resolveLocal(reference: Reference): Resolution {
    const name = nameIn(reference);
    if (name !== undefined && this.#input.declarations.locals.has(name)) {
      return { value: this.#local(name, reference), steps: 1 };
    }
    return this.#missing(reference, "local value", this.#input.declarations.locals.keys());
  }

  #local(name: string, reference?: Reference): Value {
    const known = this.#locals.get(name);
    if (known !== undefined) return known;
    const attribute = this.#input.declarations.locals.get(name);
    if (attribute === undefined) return DYNAMIC_UNKNOWN;
    const start = this.#open.indexOf(name);
    if (start >= 0) {
      this.#reportCycle([...this.#open.slice(start), name], reference);
      return DYNAMIC_UNKNOWN;
    }
    this.#open.push(name);
    const { value, diagnostics } = evaluate(attribute.expression, this);
    this.#open.pop();
    this.#input.report.add(...diagnostics);
    this.#locals.set(name, value);
    return value;
  }

  #reportCycle(names: readonly string[], reference: Reference | undefined): void {
    const places = names.slice(0, -1).map((name) => {
      const range = this.#input.declarations.locals.get(name)?.nameRange;
      return range === undefined ? `local.${name}` : `local.${name} (${formatPlace(range)})`;
    });
    const subject = reference?.range;
    if (subject === undefined) return;
    this.#input.report.add(
      problem(
        {
          summary: "Cycle of local values",
          detail: `${places.join(" needs ")} needs local.${names.at(-1)} again, so none of them has a value. Break the circle at one of these places.`,
          subject,
        },
        "CONFIG_CYCLE",
      ),
    );
  }

  #resolveBlock(reference: Reference): Resolution {
    const siblings = this.#input.declarations.resources.get(reference.root);
    const name = nameIn(reference);
    if (name === undefined || siblings?.has(name) !== true) {
      return this.#missing(reference, reference.root, siblings?.keys() ?? []);
    }
    if (reference.steps.length > 1) return { diagnostics: [tooDeep(reference, name)] };
    return { value: stringValue(`${reference.root}.${name}`), steps: 1 };
  }

  #missing(reference: Reference, what: string, names: Iterable<string>): Resolution {
    const name = nameIn(reference);
    if (name === undefined) {
      const detail = `"${reference.root}" alone is no value. Write ${reference.root}.NAME with the name of ${article(what)} ${what}.`;
      return { diagnostics: [unknownReference(reference, "Incomplete reference", detail)] };
    }
    const known = [...names];
    const list = known.length > 0 && known.length <= 5 ? ` Declared: ${known.join(", ")}.` : "";
    const hint = didYouMean(name, known) || list;
    const detail = `No ${what} is declared with the name "${name}".${hint}`;
    return { diagnostics: [unknownReference(reference, "Unknown reference", detail)] };
  }

  #later(reference: Reference, detail: string): Resolution {
    const facts = {
      summary: "Reference not available yet",
      detail: `${detail}; it belongs to a later version of Holdfast.`,
      subject: reference.range,
    };
    return { diagnostics: [problem(facts, "CONFIG_NOT_SUPPORTED")] };
  }
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? "an" : "a";
}

function nameIn({ steps }: Reference): string | undefined {
  const [first] = steps;
  if (first === undefined) return undefined;
  if (first.kind === "attribute") return first.name;
  return typeof first.key === "string" ? first.key : undefined;
}

function unknownReference(reference: Reference, summary: string, detail: string): Diagnostic {
  return problem({ summary, detail, subject: reference.range }, "LANGUAGE_UNKNOWN_REFERENCE");
}

function unknownRoot(reference: Reference): Diagnostic {
  const { root } = reference;
  const hint = didYouMean(root, ["var", "local", "path", ...Object.keys(RESOURCES)]);
  const detail = `"${root}" is no type of block that can be referred to, and neither var, local nor path.${hint}`;
  return unknownReference(reference, "Unknown reference", detail);
}

function tooDeep(reference: Reference, name: string): Diagnostic {
  const address = `${reference.root}.${name}`;
  const detail = `A reference to a block is the block itself: ${address}. Its arguments cannot be read through it; put a value that several blocks need into a local value.`;
  return unknownReference(reference, "Reference into a block", detail);
}
