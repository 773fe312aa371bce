import { z } from "zod";

/** Where an object stands, as Terraform says it. */
export const place = {
  address: z.string(),
  mode: z.literal("managed"),
  type: z.string(),
  name: z.string(),
  index: z.union([z.string(), z.int()]).optional().describe("Its key in `for_each` or `count`."),
};

const values = z.record(z.string(), z.json());

const resource = z.object({
  ...place,
  values,
  sensitive_values: values.describe("True where a value is hidden."),
  depends_on: z.array(z.string()),
});

/** Modules nest. */
const childModule = z.object({
  address: z.string(),
  resources: z.array(resource),
  get child_modules() {
    return z.array(childModule).optional();
  },
});

export const rootModule = z.object({
  resources: z.array(resource),
  child_modules: z.array(childModule).optional(),
});

export const catalogVersion = z.object({
  lineage: z.string(),
  serial: z.int().describe("Grows with each write that changes an object or a point."),
});

const head = { format_version: z.literal("1.0"), catalog: catalogVersion };

/** `show -json`. */
export const stateOutput = z.object({
  ...head,
  values: z.object({ root_module: rootModule }),
});

/** `state list -json`. */
export const stateListOutput = z.object({
  ...head,
  resources: z.array(z.object({ ...place, module_address: z.string().optional() })),
});

/** `state show ADDRESS -json`. */
export const stateObjectOutput = z.object({ ...head, resource: resource.nullable() });
