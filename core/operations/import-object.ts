import { type Address, tryParseAddress } from "../address/address.ts";
import type { VariableOption } from "../config/configuration.ts";
import { DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import { DEFAULT_PLAN_OPTIONS } from "../plan/build-plan.ts";
import type { Importing, Plan } from "../plan/plan.ts";
import { carryOutPlan } from "./apply.ts";
import { makePlan } from "./make-plan.ts";
import type { Ports } from "./ports.ts";
import { openProjectReader } from "./project.ts";

interface ImportRequest {
  /** As typed. */
  readonly address: string;
  readonly id: string;
  readonly variables: readonly VariableOption[];
}

export interface ImportedObject extends Pick<Importing, "id" | "found" | "points"> {
  readonly address: Address;
}

/**
 * Records one existing thing under the address of its block, as an `import` block does, and nothing else: not even what
 * the block refers to. IMPORT_*, PLAN_IMPORT_UNSUPPORTED, and what asking a server or a vault rejects with.
 */
export async function importObject(
  { address, id, variables }: ImportRequest,
  ports: Ports,
): Promise<ImportedObject> {
  const to = tryParseAddress(address);
  if (to === undefined) throw noAddress(address);
  if (await isRecorded(to, ports)) throw recorded(to);
  const options = { ...DEFAULT_PLAN_OPTIONS, targets: [to] };
  const imports = [{ to, id, range: undefined }];
  const planned = await makePlan({ options, variables, imports }, ports);
  const { importing } = planned.plan.changes.find((change) => change.address === to) ?? {};
  if (importing === undefined) throw new Error(`${to} was not imported. This is a bug.`);
  const result = await carryOutPlan(only(planned.plan, to), planned, ports);
  const failed = result.changes.find(({ diagnostic }) => diagnostic !== undefined)?.diagnostic;
  if (failed !== undefined) throw new DiagnosticError(failed);
  const { found, points } = importing;
  return { address: to, id, found, points };
}

async function isRecorded(address: Address, ports: Ports): Promise<boolean> {
  await using catalog = await openProjectReader(ports);
  return (await catalog.objects()).some((object) => object.address === address);
}

/** The part of a plan that records one object. It purges nothing, and accepts nothing of what servers said: nobody saw it. */
function only(plan: Plan, address: Address): Plan {
  const changes = plan.changes.filter((change) => change.address === address);
  const nothing = { databaseRenames: [], recoveryPointChanges: [], drift: [], observations: [] };
  return { ...plan, changes, ...nothing };
}

function noAddress(text: string): DiagnosticError {
  return failure({
    code: "CLI_USAGE",
    summary: "Wrong command line",
    detail: `${text} is not an address. An address is a type and a name: server.orders.`,
  });
}

function recorded(address: Address): DiagnosticError {
  return failure({
    code: "IMPORT_RECORDED",
    summary: "Already recorded",
    detail: `The catalog has ${address} already, so there is nothing to import. Nothing was changed. To record another thing under this address, forget the old one first:\n\n    holdfast state rm ${address}`,
    address,
  });
}
