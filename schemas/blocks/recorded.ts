import type { BodySchema } from "./block-schema.ts";
import { HOLDFAST } from "./holdfast.ts";
import { isResourceType, RESOURCES } from "./resources.ts";

/** The schema of what the catalog records under a type: resources, and settings that must outlive the configuration. */
export function recordedSchema(type: string): BodySchema {
  if (isResourceType(type)) return RESOURCES[type];
  return type === "holdfast" ? HOLDFAST.blocks.approvals.body : { arguments: {} };
}
