import type { Address } from "../address/address.ts";
import { typeOfAddress } from "../address/address.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { DesiredResource, ImportRequest } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import { IMPORTABLE, type ImportId, parseImportId } from "./import-id.ts";
import type { Importing, PlanOptions, ResourceChange } from "./plan.ts";
import type { PreparedSides } from "./prepare.ts";

/** An import that this plan carries out, once somebody has looked whether it exists. */
export interface WantedImport {
  readonly request: ImportRequest;
  readonly id: ImportId;
  readonly desired: DesiredResource;
}

interface ImportChoice {
  readonly wanted: readonly WantedImport[];
  /** Targets that have no block: a configuration can be generated for them. */
  readonly unwritten: readonly ImportRequest[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What was found of each wanted import, or why it cannot be imported. */
export type ImportFinding =
  | {
      readonly status: "found";
      readonly importing: Importing;
      /** Of a vault: points that the catalog does not list, under the addresses that hold. */
      readonly points: readonly RecoveryPoint[];
    }
  | { readonly status: "failed"; readonly diagnostic: Diagnostic };

export type ImportFindings = ReadonlyMap<Address, ImportFinding>;

/**
 * The imports that this plan is about. What is recorded already is imported, so its block says nothing any more, as in
 * Terraform; a plan that destroys imports nothing, and one of a part only what belongs to that.
 */
export function chooseImports(
  imports: readonly ImportRequest[],
  { all, selected }: Pick<PreparedSides, "all" | "selected">,
  { destroy }: Pick<PlanOptions, "destroy">,
): ImportChoice {
  const open = destroy ? [] : imports.filter(({ to }) => !all.recorded.has(to));
  const unwritten = open.filter(({ to }) => !all.desired.has(to));
  const wanted: WantedImport[] = [];
  const diagnostics: Diagnostic[] = [...duplicates(open)];
  for (const request of open) {
    const desired = selected.desired.get(request.to);
    const id = parseImportId(typeOfAddress(request.to), request.id);
    if (id === undefined) diagnostics.push(unsupported(request));
    else if (id.kind === "fault") diagnostics.push(malformed(request, id.fault));
    else if (desired !== undefined) wanted.push({ request, id, desired });
  }
  diagnostics.push(...unwritten.filter(isOfUse).map(unwrittenTarget));
  return { wanted, unwritten: unwritten.filter(isOfUse), diagnostics };
}

function isOfUse({ to }: ImportRequest): boolean {
  return Object.hasOwn(IMPORTABLE, typeOfAddress(to));
}

/** Everything that keeps the imports of a plan from being carried out; what nobody looked at among it. */
export function checkImports(
  { wanted, diagnostics }: Pick<ImportChoice, "wanted" | "diagnostics">,
  findings: ImportFindings,
): readonly Diagnostic[] {
  const looked = wanted.flatMap(({ request }) => {
    const finding = findings.get(request.to);
    if (finding === undefined) return [notChecked(request)];
    return finding.status === "failed" ? [finding.diagnostic] : [];
  });
  return [...diagnostics, ...looked];
}

/** Changes that would make what exists already become imports: both sides are what the block says. */
export function withImports(
  changes: readonly ResourceChange[],
  findings: ImportFindings,
): readonly ResourceChange[] {
  if (findings.size === 0) return changes;
  return changes.map((change) => {
    const finding = findings.get(change.address);
    if (finding?.status !== "found" || change.action !== "create") return change;
    const { importing } = finding;
    return { ...change, action: "import", before: change.after, importing };
  });
}

/** Points of imported vaults. */
export function importedPoints(findings: ImportFindings): readonly RecoveryPoint[] {
  return [...findings.values()].flatMap((finding) =>
    finding.status === "found" ? finding.points : [],
  );
}

function duplicates(imports: readonly ImportRequest[]): readonly Diagnostic[] {
  return [...Map.groupBy(imports, ({ to }) => to)].flatMap(([to, [first, second]]) => {
    if (first === undefined || second === undefined) return [];
    return [
      errorDiagnostic({
        code: "IMPORT_DUPLICATE",
        summary: "Two imports of one object",
        detail: `${to} is imported ${placeOf(first)} already. Remove one of the two blocks.`,
        address: to,
        subject: second.range,
      }),
    ];
  });
}

function placeOf({ range }: ImportRequest): string {
  return range === undefined ? "here" : `at ${range.filename} line ${range.start.line}`;
}

function unsupported({ to, range }: ImportRequest): Diagnostic {
  const type = typeOfAddress(to);
  return errorDiagnostic({
    code: "PLAN_IMPORT_UNSUPPORTED",
    summary: "Import not supported",
    detail: `A ${type} exists nowhere but in the configuration, so there is nothing to import as ${to}: apply records it as it is written. Remove the import block. What can be imported: ${Object.keys(IMPORTABLE).join(", ")}.`,
    address: to,
    subject: range,
  });
}

function malformed({ to, id, range }: ImportRequest, fault: string): Diagnostic {
  return errorDiagnostic({
    code: "IMPORT_ID_INVALID",
    summary: "Wrong form of an id",
    detail: `The id ${JSON.stringify(id)} cannot name ${to}. ${fault}`,
    address: to,
    subject: range,
  });
}

function unwrittenTarget({ to, range }: ImportRequest): Diagnostic {
  return errorDiagnostic({
    code: "IMPORT_NOT_CONFIGURED",
    summary: "Import without a block",
    detail: `${to} is to be imported, and the configuration has no such block. Write it, or let a plan write one from what exists:\n\n    holdfast plan -generate-config-out generated.hcl`,
    address: to,
    subject: range,
  });
}

function notChecked({ to, range }: ImportRequest): Diagnostic {
  return errorDiagnostic({
    code: "IMPORT_NOT_CHECKED",
    summary: "Import not looked at",
    detail: `${to} is recorded as something that exists, and -refresh=false asks nobody whether it does. Nothing was planned. Plan without -refresh=false.`,
    address: to,
    subject: range,
  });
}
