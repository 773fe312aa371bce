import type { Address } from "../../address/address.ts";
import type { CheckResult, ConfigurationInput, DataRequest } from "../configuration.ts";
import type { ModuleNode } from "../read/module-tree.ts";
import type { GivenValue } from "../read/variable-sources.ts";
import type { Report } from "../report.ts";
import type { BlockReference } from "./evaluated-body.ts";
import type { EvaluatedResource } from "./evaluated-resource.ts";
import type { ScopeFacts } from "./instance-scope.ts";
import { createModuleInstance, type ModuleInstance } from "./module-instance.ts";
import { rememberingCheckers, type TextCheckers } from "./text-checks.ts";

/** What the evaluation of all blocks shares, and what it has found so far. */
export interface Evaluation {
  readonly input: ConfigurationInput;
  readonly facts: ScopeFacts;
  readonly report: Report;
  readonly checkers: TextCheckers;
  /** Values given to variables of the root. */
  readonly given: ReadonlyMap<string, GivenValue>;
  readonly root: ModuleInstance;
  /** The instances of a module, by its id; ghosts among them. */
  readonly modules: Map<string, ModuleInstance[]>;
  readonly resources: Map<Address, EvaluatedResource>;
  readonly pendingData: DataRequest[];
  /** Arguments outside resources that name a block. */
  readonly references: BlockReference[];
  readonly checks: CheckResult[];
}

type EvaluationInput = Pick<Evaluation, "input" | "facts" | "report" | "given">;

export function startEvaluation(root: ModuleNode, shared: EvaluationInput): Evaluation {
  const instance = createModuleInstance({ node: root, isGhost: false });
  return {
    ...shared,
    checkers: rememberingCheckers(shared.input.checkSchedule),
    root: instance,
    modules: new Map([[root.id, [instance]]]),
    resources: new Map(),
    pendingData: [],
    references: [],
    checks: [],
  };
}
