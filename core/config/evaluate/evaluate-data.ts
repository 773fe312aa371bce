import { formatKey } from "../../address/instance-key.ts";
import { unknownValue, type Value } from "../../language/values/value.ts";
import { valueOfJson } from "../../language/values/value-of-json.ts";
import { DYNAMIC } from "../../language/values/value-type.ts";
import type { AddressedBlock } from "../read/addressed-block.ts";
import { createReport, hasErrors } from "../report.ts";
import { evaluateBody } from "./evaluate-body.ts";
import type { Evaluation } from "./evaluation.ts";
import { scopeOf } from "./instance-scope.ts";
import { objectOfMembers } from "./members.ts";
import type { ModuleInstance } from "./module-instance.ts";
import { evaluateRepetition, type Repetition, unknownRepetition } from "./repetition.ts";
import { runPostconditions, runPreconditions } from "./run-conditions.ts";
import { widenScope } from "./widen-scope.ts";

/** All instances of a data block: what was read, or unknown and asked for. */
export function evaluateData(
  block: AddressedBlock,
  instance: ModuleInstance,
  evaluation: Evaluation,
): void {
  const { facts, report } = evaluation;
  const { shape, items } = evaluateRepetition(block.meta, scopeOf(instance, facts), report);
  const found = items.map((repetition) => ({
    key: repetition.key,
    item: readOne({ block, instance, repetition, isGhost: instance.isGhost }, evaluation),
  }));
  instance.data.set(`${block.type}.${block.name}`, { shape, items: found });
  if (found.length > 0) return;
  const repetition = unknownRepetition(block.meta);
  readOne({ block, instance, repetition, isGhost: true }, evaluation);
}

interface One {
  readonly block: AddressedBlock;
  readonly instance: ModuleInstance;
  readonly repetition: Repetition;
  readonly isGhost: boolean;
}

function readOne({ block, instance, repetition, isGhost }: One, evaluation: Evaluation): Value {
  const { facts, report, input, checkers } = evaluation;
  const scope = widenScope(scopeOf(instance, facts), repetition.variables);
  runPreconditions(block.lifecycle, { scope, report });
  const own = createReport();
  const body = evaluateBody(block.body, { scope, report: own, checkers });
  report.add(...own.diagnostics);
  evaluation.references.push(...body.references);
  const unknown = unknownValue(DYNAMIC);
  if (isGhost) return unknown;
  const { key } = repetition;
  const prefix = instance.address === "" ? "" : `${instance.address}.`;
  const suffix = key === undefined ? "" : formatKey(key);
  const address = `${prefix}data.${block.type}.${block.name}${suffix}`;
  const given = input.data?.get(address);
  if (given !== undefined) {
    const result = valueOfJson(given);
    const found = result.kind === "mapping" ? result.content : new Map<string, Value>();
    const whole = objectOfMembers(new Map([...body.members, ...found]));
    runPostconditions(block.lifecycle, () => whole, { scope, report });
    return whole;
  }
  if (!body.isWhole || hasErrors(own.diagnostics)) return unknown;
  if (input.unread?.has(address) === true) return unknown;
  const { type, range, name } = block;
  const isForCheck = isDataOfCheck({ type, name }, instance);
  evaluation.pendingData.push({ address, type, attributes: body.values, range, isForCheck });
  return unknown;
}

function isDataOfCheck(
  { type, name }: { readonly type: string; readonly name: string },
  { node }: ModuleInstance,
): boolean {
  return [...node.folder.checks.values()].some(
    ({ data }) => data?.labels[0]?.text === type && data.labels[1]?.text === name,
  );
}
