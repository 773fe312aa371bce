import type { ResourceSchema } from "../../schemas/blocks/block-schema.ts";
import { isResourceType, RESOURCES } from "../../schemas/blocks/resources.ts";
import { formatAddress, tryParseAddress } from "../address/address.ts";
import type { Json, JsonObject } from "../kit/json.ts";
import type { DesiredResource } from "./configuration.ts";
import type { Declarations, Declared } from "./declarations.ts";
import { type BodyContext, type EvaluatedBody, evaluateContent } from "./evaluate-body.ts";
import { LATER_ARGUMENTS, toResourceSchema } from "./language-schema.ts";
import { NO_LIFECYCLE } from "./lifecycle.ts";
import { createReport, hasErrors, problem, type Report } from "./report.ts";
import type { CheckedResource } from "./resource-rules.ts";

/** A resource with what the rules need. Not whole: some argument of it is at fault and missing from `attributes`. */
export type EvaluatedResource = DesiredResource & CheckedResource & { readonly isWhole: boolean };

/** All resources, in ordinal order of address. */
export function evaluateResources(
  { resources }: Declarations,
  context: BodyContext,
): readonly EvaluatedResource[] {
  const found = [...resources].flatMap(([type, siblings]) =>
    isResourceType(type)
      ? [...siblings.values()].map((each) => evaluateResource(each, RESOURCES[type], context))
      : [],
  );
  found.sort((a, b) => (a.desired.address < b.desired.address ? -1 : 1));
  const byAddress = new Map(found.map(({ desired }) => [desired.address as string, desired]));
  return found.map(({ desired, body, schema }) => ({
    ...desired,
    attributes: takeFromReferences(schema, body, byAddress),
  }));
}

interface Found {
  readonly desired: EvaluatedResource;
  readonly body: EvaluatedBody;
  readonly schema: ResourceSchema;
}

function evaluateResource(
  { name, block }: Declared,
  schema: ResourceSchema,
  context: BodyContext,
): Found {
  const own = createReport();
  const content = block.body.content(toResourceSchema(schema));
  own.add(...content.diagnostics);
  refuseLater(content, own);
  const found = { content, missingRange: block.body.missingRange };
  const body = evaluateContent(found, schema, { ...context, report: own });
  context.report.add(...own.diagnostics);
  const addresses = body.references.map(tryParseAddress).filter((each) => each !== undefined);
  const desired = {
    address: formatAddress(schema.type, name),
    type: schema.type,
    name,
    lifecycle: NO_LIFECYCLE,
    attributes: body.values,
    sensitive: body.sensitive,
    dependsOn: [...new Set(addresses)].sort(),
    range: block.headerRange,
    ranges: body.ranges,
    isWhole: !hasErrors(own.diagnostics),
  };
  return { desired, body, schema };
}

/** Defaults that come from the block that an argument refers to: a policy's timezone from its retention. */
function takeFromReferences(
  schema: ResourceSchema,
  { values, defaulted }: EvaluatedBody,
  resources: ReadonlyMap<string, EvaluatedResource>,
): JsonObject {
  const taken: Record<string, Json> = {};
  for (const [name, { defaultFrom }] of Object.entries(schema.arguments)) {
    if (defaultFrom === undefined || !defaulted.has(name)) continue;
    const address = values[defaultFrom.reference];
    const source = typeof address === "string" ? resources.get(address) : undefined;
    const value = source?.attributes[defaultFrom.argument];
    if (value !== undefined && value !== null) taken[name] = value;
  }
  return { ...values, ...taken };
}

type ResourceContent = Parameters<typeof evaluateContent>[0]["content"];

function refuseLater({ attributes, blocks }: ResourceContent, report: Report): void {
  const found = LATER_ARGUMENTS.flatMap((name) => {
    const attribute = attributes.get(name);
    return attribute === undefined ? [] : [{ name, subject: attribute.range }];
  });
  const nested = blocks.filter(({ type }) => type === "lifecycle");
  for (const { name, subject } of [
    ...found,
    ...nested.map(({ type, headerRange }) => ({ name: type, subject: headerRange })),
  ]) {
    report.add(
      problem(
        {
          summary: "Not available yet",
          detail: `${name} belongs to a later version of Holdfast. Remove it; what it says would not be done.`,
          subject,
        },
        "CONFIG_NOT_SUPPORTED",
      ),
    );
  }
}
