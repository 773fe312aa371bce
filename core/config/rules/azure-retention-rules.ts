import { attributesOf, type ResourceAttributes } from "../../../schemas/blocks/resources.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { problem } from "../report.ts";
import { type CheckedResource, rangeOf } from "./checked-resource.ts";

type Managed = ResourceAttributes<"azure_retention">;

/** Rules of one block. */
export function checkRetentionOfAzure(
  { short_term: short, long_term: long }: Managed,
  resource: CheckedResource,
): readonly Diagnostic[] {
  const hours = short?.differential_hours ?? null;
  const isEmpty = long === null || Object.values(long).every((value) => value === null);
  return [
    ...(hours === null || hours === 12 || hours === 24
      ? []
      : [
          problem({
            summary: "Invalid value",
            detail: `Azure takes differential backups every 12 or every 24 hours, and not every ${hours}.`,
            subject: rangeOf(resource, "short_term.differential_hours"),
          }),
        ]),
    ...(short === null && isEmpty
      ? [
          problem({
            summary: "Nothing to manage",
            detail:
              "The block says neither for how long Azure keeps short-term backups nor long-term ones. Write short_term, or one of weekly, monthly and yearly into long_term.",
            subject: resource.range,
          }),
        ]
      : []),
  ];
}

/** What blocks `azure_retention` have to do with their servers and with each other. */
export function checkRetentionsOfAzure(
  resources: ReadonlyMap<string, CheckedResource>,
): readonly Diagnostic[] {
  const first = new Map<string, CheckedResource>();
  return [...resources.values()].flatMap((resource) => {
    const managed = attributesOf(resource, "azure_retention");
    if (managed === undefined) return [];
    const key = JSON.stringify([managed.server, managed.database.toLowerCase()]);
    const other = first.get(key);
    if (other === undefined) first.set(key, resource);
    return [...checkServerOf(resource, managed, resources), ...checkTwice(resource, other)];
  });
}

function checkTwice(
  resource: CheckedResource,
  other: CheckedResource | undefined,
): readonly Diagnostic[] {
  if (other === undefined) return [];
  const detail = `${other.address} manages Azure's retention of this database too, and each apply of the one would undo the other. Put both into one block.`;
  const subject = rangeOf(resource, "database");
  const summary = "Retention managed twice";
  return [problem({ summary, detail, subject }, "CONFIG_DUPLICATE_NAME")];
}

function checkServerOf(
  resource: CheckedResource,
  { server: address, short_term: short }: Managed,
  resources: ReadonlyMap<string, CheckedResource>,
): readonly Diagnostic[] {
  const found = resources.get(address);
  const server = found && attributesOf(found, "server");
  if (server === undefined) return [];
  const subject = rangeOf(resource, "server");
  const { kind, azure } = server;
  if (kind !== "azure_sql" && kind !== "managed_instance") {
    const detail = `${address} is of kind ${kind}. Azure takes backups by itself of servers of the kinds azure_sql and managed_instance only.`;
    return [problem({ summary: "Server without backups of Azure", detail, subject })];
  }
  if (!hasPlace(azure)) {
    const detail = `Azure knows databases by the place of their server, which ${address} does not say. Write into its block:\n\n    azure {\n      subscription_id = "…"\n      resource_group  = "…"\n    }`;
    return [
      problem({ summary: "Place in Azure missing", detail, subject }, "SERVER_PLACE_MISSING"),
    ];
  }
  const hours = short?.differential_hours ?? null;
  if (kind === "azure_sql" || hours === null) return [];
  const detail = `${address} is a managed instance, which decides itself when it takes differential backups. Remove differential_hours.`;
  const place = rangeOf(resource, "short_term.differential_hours");
  return [problem({ summary: "Setting that instances lack", detail, subject: place })];
}

function hasPlace(azure: ResourceAttributes<"server">["azure"]): boolean {
  return azure !== null && azure.subscription_id !== null && azure.resource_group !== null;
}
