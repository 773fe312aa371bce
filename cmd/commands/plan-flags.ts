import { type Address, tryParseAddress, tryParseModulePath } from "../../core/address/address.ts";
import type { VariableOption } from "../../core/config/configuration.ts";
import type { Diagnostic } from "../../core/diagnostics/diagnostic.ts";
import type { Ports } from "../../core/operations/ports.ts";
import type { Plan, PlanOptions } from "../../core/plan/plan.ts";
import { unmetChecks } from "../../core/plan/unmet-checks.ts";
import { type FlagSpec, type Flags, usageError } from "./flags.ts";

export const REFRESH_FLAG: FlagSpec = {
  name: "refresh",
  kind: "switch",
  description: "-refresh=false asks no server and needs no secret.",
};

/** The flags that give values to variables. */
export const VARIABLE_FLAGS: readonly FlagSpec[] = [
  {
    name: "var",
    kind: "list",
    placeholder: "NAME=VALUE",
    description: "Set a variable. Repeatable.",
  },
  {
    name: "var-file",
    kind: "list",
    placeholder: "FILE",
    description: "Set variables from a file. Repeatable.",
  },
];

/** The flags that say what a plan covers; `apply` without a file takes them too. */
export const PLAN_FLAGS: readonly FlagSpec[] = [
  { name: "destroy", kind: "switch", description: "Plan the removal of everything." },
  REFRESH_FLAG,
  {
    name: "refresh-only",
    kind: "switch",
    description: "Change no object: show what changed outside, and accept it when applied.",
  },
  {
    name: "target",
    kind: "list",
    placeholder: "ADDRESS",
    description:
      "Only this object, all instances of this block or this module, and what they need. Repeatable.",
  },
  {
    name: "exclude",
    kind: "list",
    placeholder: "ADDRESS",
    description: "Everything but this and what depends on it; not with -target. Repeatable.",
  },
  {
    name: "replace",
    kind: "list",
    placeholder: "ADDRESS",
    description: "Run a full backup of this backup set when applied. Repeatable.",
  },
  {
    name: "enforce-checks",
    kind: "switch",
    description: "Fail with exit code 1 where a check block does not hold.",
  },
  ...VARIABLE_FLAGS,
];

/** CHECK_FAILED where -enforce-checks is given and a check does not hold. */
export function enforcedChecks(flags: Flags, plan: Plan): Diagnostic | undefined {
  return flags.isOn("enforce-checks") ? unmetChecks(plan.checks) : undefined;
}

export function planOptions(flags: Flags): PlanOptions {
  const targets = flags.list("target").map(parseTarget);
  const exclude = flags.list("exclude").map(parseTarget);
  if (targets.length > 0 && exclude.length > 0) {
    throw usageError("-target and -exclude cannot be used together. Use one of the two.");
  }
  const replace = flags.list("replace").map(parseObject);
  const [destroy, refresh] = [flags.isOn("destroy"), flags.isOn("refresh", true)];
  const refreshOnly = flags.isOn("refresh-only");
  if (refreshOnly && (destroy || !refresh || replace.length > 0)) {
    throw usageError(
      "-refresh-only changes no object and asks the servers, so -destroy, -replace and -refresh=false cannot be used with it.",
    );
  }
  return { destroy, refresh, targets, exclude, replace, refreshOnly };
}

/** An object, a block in all its instances, or a module. */
function parseTarget(text: string): string {
  const target = tryParseAddress(text) ?? tryParseModulePath(text);
  if (target !== undefined) return target;
  throw usageError(
    `${text} is not an address. An address is a type and a name, or a module: backup_set.orders, module.region.`,
  );
}

function parseObject(text: string): Address {
  const address = tryParseAddress(text);
  if (address !== undefined) return address;
  throw usageError(
    `${text} is not an address. An address is a type and a name: backup_set.orders.`,
  );
}

/** `-var` and `-var-file` in the order in which they were typed, since later ones win. */
export async function variableOptions(
  flags: Flags,
  ports: Ports,
): Promise<readonly VariableOption[]> {
  const options: VariableOption[] = [];
  for (const { name, value } of flags.inOrder(["var", "var-file"])) {
    options.push(name === "var" ? parseVariable(value) : await readVariableFile(value, ports));
  }
  return options;
}

function parseVariable(text: string): VariableOption {
  const equals = text.indexOf("=");
  if (equals < 1) throw usageError(`-var ${text} has no value. Write -var 'name=value'.`);
  return { kind: "var", name: text.slice(0, equals), text: text.slice(equals + 1) };
}

async function readVariableFile(filename: string, ports: Ports): Promise<VariableOption> {
  return { kind: "file", file: { filename, bytes: await ports.files.read(filename) } };
}
