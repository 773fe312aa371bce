import type { TriggerStateStatement } from "../../parser/ast-modules.ts";
import { raise } from "../../values/sql-exception.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import { setTriggers } from "./alter-state.ts";
import { openTable } from "./alter-table.ts";

export function executeTriggerState(
  { target, names, enable }: TriggerStateStatement,
  activation: Activation,
  environment: CompileEnvironment,
): void {
  if (target.kind !== "object")
    raise(40_515, "DDL and logon triggers are not supported in this version.");
  const found = findObject(target.name, baseOf(activation), activation);
  const work = openTable(found, shownName(target.name), { activation, environment });
  setTriggers(
    names?.map(({ name }) => name),
    enable,
    work,
  );
}
