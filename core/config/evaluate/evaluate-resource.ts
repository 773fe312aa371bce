import type { ResourceSchema } from "../../../schemas/blocks/block-schema.ts";
import { type Address, addressOf, tryParseAddress } from "../../address/address.ts";
import type { Json, JsonObject } from "../../kit/json.ts";
import { valueOfJson } from "../../language/values/value-of-json.ts";
import type { AddressedBlock } from "../read/addressed-block.ts";
import { createReport, hasErrors } from "../report.ts";
import { evaluateBody } from "./evaluate-body.ts";
import type { BodyContext, EvaluatedBody } from "./evaluated-body.ts";
import type { EvaluatedResource, FindResource } from "./evaluated-resource.ts";
import type { Members } from "./members.ts";

interface ResourceFacts {
  readonly block: AddressedBlock;
  readonly address: Address;
  /** Blocks that it needs beside those that its arguments name. */
  readonly dependsOn: readonly Address[];
  /** Those that it refers to come before it. */
  readonly find: FindResource;
}

/** One instance of a block. */
export function evaluateResource(facts: ResourceFacts, context: BodyContext): EvaluatedResource {
  const { block, address, dependsOn, find } = facts;
  const own = createReport();
  const body = evaluateBody(block.body, { ...context, report: own });
  context.report.add(...own.diagnostics);
  const taken = takeFromReferences(block.schema, body, find);
  const named = body.references
    .map(({ text }) => tryParseAddress(text))
    .filter((each) => each !== undefined);
  return {
    address,
    type: block.type,
    name: block.name,
    lifecycle: { ...block.lifecycle.facts, replaceTriggeredBy: [] },
    attributes: { ...body.values, ...taken },
    members: withTaken(body.members, taken),
    sensitive: body.sensitive,
    dependsOn: [...new Set([...named, ...dependsOn])].sort(),
    range: block.range,
    ranges: body.ranges,
    references: body.references,
    isWhole: body.isWhole && !hasErrors(own.diagnostics),
    block,
  };
}

function withTaken(members: Members, taken: JsonObject): Members {
  const more = Object.entries(taken);
  if (more.length === 0) return members;
  return new Map([...members, ...more.map(([name, json]) => [name, valueOfJson(json)] as const)]);
}

/** Defaults that come from the block that an argument refers to: a policy's timezone from its retention. */
function takeFromReferences(
  schema: ResourceSchema,
  { values, defaulted }: EvaluatedBody,
  find: FindResource,
): JsonObject {
  const taken: Record<string, Json> = {};
  for (const [name, { defaultFrom }] of Object.entries(schema.arguments)) {
    if (defaultFrom === undefined || !defaulted.has(name)) continue;
    const address = values[defaultFrom.reference];
    const parsed = typeof address === "string" ? tryParseAddress(address) : undefined;
    const value = parsed && find(parsed)?.attributes[defaultFrom.argument];
    if (value !== undefined && value !== null) taken[name] = value;
  }
  return taken;
}

/** The address of an instance of a block of a module. */
export function instanceAddress(
  module: string,
  { type, name }: Pick<AddressedBlock, "type" | "name">,
  key: string | number | undefined,
): Address {
  return addressOf({ module, type, name, key });
}
