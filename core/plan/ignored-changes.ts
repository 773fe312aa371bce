import type { Address } from "../address/address.ts";
import type { CatalogObject } from "../catalog/catalog.ts";
import type { AttributePath, DesiredResource } from "../config/configuration.ts";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import { isJsonObject, type JsonObject } from "../kit/json.ts";
import type { Sides } from "./named-objects.ts";
import { referencesOf } from "./references.ts";

/** What is wanted of an object once `ignore_changes` has left what is recorded in place. */
export function withIgnored(
  desired: DesiredResource,
  recorded: CatalogObject | undefined,
): DesiredResource {
  const { ignoreChanges } = desired.lifecycle;
  if (recorded === undefined || ignoreChanges.length === 0) return desired;
  if (ignoreChanges === "all") {
    const { attributes, dependsOn, sensitive = [] } = recorded;
    return { ...desired, attributes, dependsOn, sensitive };
  }
  const attributes = ignoreChanges.reduce<JsonObject>(
    (kept, path) => keepAt(kept, recorded.attributes, path),
    desired.attributes,
  );
  const isKept = (path: AttributePath) => ignoreChanges.some((kept) => startsWith(path, kept));
  return {
    ...desired,
    attributes,
    dependsOn: neededBy(desired, attributes),
    sensitive: [
      ...desired.sensitive.filter((path) => !isKept(path)),
      ...(recorded.sensitive ?? []).filter(isKept),
    ],
  };
}

function keepAt(wanted: JsonObject, recorded: JsonObject, path: AttributePath): JsonObject {
  const [name, ...rest] = path;
  const [value, old] = [wanted[name ?? ""], recorded[name ?? ""]];
  if (name === undefined || old === undefined) return wanted;
  if (rest.length === 0) return { ...wanted, [name]: old };
  if (!isJsonObject(value) || !isJsonObject(old)) return wanted;
  return { ...wanted, [name]: keepAt(value, old, rest) };
}

function neededBy(desired: DesiredResource, attributes: JsonObject): readonly Address[] {
  const written = new Set(referencesOf(desired));
  const explicit = desired.dependsOn.filter((address) => !written.has(address));
  const kept = referencesOf({ type: desired.type, attributes });
  return [...new Set([...explicit, ...(kept as readonly Address[])])].sort();
}

function startsWith(path: AttributePath, beginning: AttributePath): boolean {
  return beginning.every((name, at) => path[at] === name);
}

/** PLAN_REFERENCE_GONE where `ignore_changes` keeps a reference to something that will not be recorded any more. */
export function lostReferences(
  desired: Sides["desired"],
  after: ReadonlyMap<Address, unknown>,
): readonly Diagnostic[] {
  return [...desired.values()]
    .filter(({ lifecycle }) => lifecycle.ignoreChanges.length > 0)
    .flatMap((resource) => {
      const lost = referencesOf(resource).find((address) => !after.has(address as Address));
      if (lost === undefined) return [];
      return [
        errorDiagnostic({
          code: "PLAN_REFERENCE_GONE",
          summary: "Ignored change needs a missing object",
          detail: `${resource.address} refers to ${lost} in the catalog, ignore_changes keeps that reference, and ${lost} is not in the configuration any more, so ${resource.address} would point at nothing. Keep ${lost}, or let the argument follow the configuration.`,
          address: resource.address,
          subject: resource.range,
        }),
      ];
    });
}
