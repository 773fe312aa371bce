import type { InstanceKey } from "../../address/instance-key.ts";
import { formatKey } from "../../address/instance-key.ts";
import { objectValue, type Value } from "../../language/values/value.ts";
import type { ModuleNode } from "../read/module-tree.ts";
import type { EvaluatedResource } from "./evaluated-resource.ts";
import type { Instances } from "./instances.ts";
import type { Repetition } from "./repetition.ts";

/** One use of a module, and the values found in it so far; every block comes after all that it needs. */
export interface ModuleInstance {
  readonly node: ModuleNode;
  /** `""` for the root, `module.region["eu"]`. */
  readonly address: string;
  readonly caller: Caller | undefined;
  /**
   * True where nothing of it will ever exist, because the call stands there no time or nobody knows how often. It is
   * evaluated all the same, so that its mistakes are seen.
   */
  readonly isGhost: boolean;
  readonly variables: Map<string, Value>;
  readonly locals: Map<string, Value>;
  readonly outputs: Map<string, Value>;
  /** By `type.name`. */
  readonly resources: Map<string, Instances<EvaluatedResource>>;
  /** By `type.name`. */
  readonly data: Map<string, Instances<Value>>;
  readonly calls: Map<string, Instances<ModuleInstance>>;
}

interface Caller {
  readonly instance: ModuleInstance;
  /** What `each` and `count` mean in the inputs. */
  readonly repetition: Repetition;
}

interface InstanceFacts {
  readonly node: ModuleNode;
  readonly caller?: Caller | undefined;
  readonly key?: InstanceKey | undefined;
  readonly isGhost: boolean;
}

export function createModuleInstance({
  node,
  caller,
  key,
  isGhost,
}: InstanceFacts): ModuleInstance {
  const above = caller?.instance.address ?? "";
  const step = node.call === undefined ? "" : `module.${node.call.name}`;
  const own = key === undefined ? step : step + formatKey(key);
  return {
    node,
    address: above === "" ? own : `${above}.${own}`,
    caller,
    isGhost,
    variables: new Map(),
    locals: new Map(),
    outputs: new Map(),
    resources: new Map(),
    data: new Map(),
    calls: new Map(),
  };
}

/** What a reference to the module gives. */
export function valueOfModule({ outputs }: ModuleInstance): Value {
  return objectValue(outputs);
}
