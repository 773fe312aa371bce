import type { Reference } from "../../language/expression.ts";
import type { FunctionDeclaration } from "../../language/functions/function-declaration.ts";
import type { Resolution, Scope } from "../../language/scope.ts";
import {
  addressValue,
  DYNAMIC_UNKNOWN,
  objectValue,
  stringValue,
  type Value,
} from "../../language/values/value.ts";
import { findTarget, type Target, unknownReference } from "../graph/targets.ts";
import type { EvaluatedResource } from "./evaluated-resource.ts";
import { valueOfInstances } from "./instances.ts";
import { objectOfMembers } from "./members.ts";
import { type ModuleInstance, valueOfModule } from "./module-instance.ts";
import type { WidenableScope } from "./widen-scope.ts";

/** What is the same in every scope of a configuration. */
export interface ScopeFacts {
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  /** Of the running program. */
  readonly version: string;
  /** The absolute path of the configuration's directory; undefined where nobody knows it. */
  readonly workingDirectory?: string | undefined;
}

/**
 * What expressions in a module mean. `extra` are names that only some blocks know: `each`, `count`, `self`, the
 * iterators of `dynamic` blocks.
 */
export function scopeOf(
  instance: ModuleInstance,
  facts: ScopeFacts,
  extra: ReadonlyMap<string, Value> = new Map(),
): Scope {
  const { functions } = facts;
  return new InstanceScope({ instance, functions, plain: plainValues(instance, facts), extra });
}

interface ScopeInput {
  readonly instance: ModuleInstance;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  /** Names that everything in the module knows. */
  readonly plain: ReadonlyMap<string, Value>;
  readonly extra: ReadonlyMap<string, Value>;
}

class InstanceScope implements WidenableScope {
  readonly variables: ReadonlyMap<string, Value>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly #input: ScopeInput;

  constructor(input: ScopeInput) {
    this.#input = input;
    this.functions = input.functions;
    this.variables = new Map([...input.plain, ...input.extra]);
  }

  with(more: ReadonlyMap<string, Value>): Scope {
    if (more.size === 0) return this;
    return new InstanceScope({
      ...this.#input,
      extra: new Map([...this.#input.extra, ...more]),
    });
  }

  resolve(reference: Reference): Resolution | undefined {
    const { instance, extra } = this.#input;
    if (extra.has(reference.root)) return undefined;
    const target = findTarget(reference, instance.node);
    if (target === undefined) return this.#resolvePlain(reference);
    if ("faults" in target) return { diagnostics: target.faults };
    return { value: valueOfTarget(target, instance), steps: target.steps };
  }

  #resolvePlain(reference: Reference): Resolution | undefined {
    const { root } = reference;
    if (this.variables.has(root)) return undefined;
    const detail = MISPLACED[root];
    if (detail === undefined) return undefined;
    return { diagnostics: [unknownReference(reference, `Reference to "${root}"`, detail)] };
  }
}

const MISPLACED: Readonly<Record<string, string>> = {
  each: 'The "each" object can be used only in blocks where the argument "for_each" is set. In a dynamic block the element has the name of the block instead, as in full.value.',
  count: 'The "count" object can be used only in blocks where the argument "count" is set.',
  self: 'The "self" object can be used only in postconditions, where it is the block itself.',
};

function plainValues(
  instance: ModuleInstance,
  { version, workingDirectory }: ScopeFacts,
): ReadonlyMap<string, Value> {
  // Every relative path starts at the configuration's directory, with -chdir too, so the way there is no step at all.
  const path = new Map<string, Value>([
    ["module", stringValue(instance.node.directory)],
    ["root", stringValue(".")],
  ]);
  if (workingDirectory !== undefined) path.set("cwd", stringValue(workingDirectory));
  return new Map([
    ["path", objectValue(path)],
    ["holdfast", objectValue(new Map([["version", stringValue(version)]]))],
  ]);
}

/** Unknown where the block is at fault, or stands in a circle. */
function valueOfTarget({ kind, key }: Target, instance: ModuleInstance): Value {
  switch (kind) {
    case "variable":
      return instance.variables.get(key) ?? DYNAMIC_UNKNOWN;
    case "local":
      return instance.locals.get(key) ?? DYNAMIC_UNKNOWN;
    case "resource":
      return instancesValue(instance.resources.get(key), valueOfResource);
    case "data":
      return instancesValue(instance.data.get(key), (value) => value);
    case "module":
      return instancesValue(instance.calls.get(key), valueOfModule);
    default:
      return kind satisfies never;
  }
}

function instancesValue<T>(
  found: Parameters<typeof valueOfInstances<T>>[0] | undefined,
  valueOf: (item: T) => Value,
): Value {
  return found === undefined ? DYNAMIC_UNKNOWN : valueOfInstances(found, valueOf);
}

/** Its address, behind which its arguments can be read. */
function valueOfResource({ address, members }: EvaluatedResource): Value {
  return addressValue(address, () => objectOfMembers(members));
}
