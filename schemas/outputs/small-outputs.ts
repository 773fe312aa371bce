import { z } from "zod";

/** `version -json`. */
export const versionOutput = z.object({ version: z.string(), node: z.string() });

/** `output -json`. */
export const outputsOutput = z.record(
  z.string(),
  z.object({ sensitive: z.boolean(), value: z.json() }),
);

/** `init -json`. */
export const initOutput = z.object({
  type: z.literal("summary"),
  status: z.literal("successful"),
  modules: z.array(
    z.object({
      url: z.string().describe("Without user and password."),
      ref: z.string().nullable(),
      directory: z.string(),
      state: z.enum(["fetched", "present"]),
    }),
  ),
  catalog: z.object({ path: z.string(), state: z.enum(["created", "present"]) }),
  vaults: z.array(z.object({ address: z.string(), state: z.enum(["created", "opened"]) })),
  rediscovered: z
    .array(z.object({ server: z.string(), databases: z.array(z.string()) }))
    .optional(),
});

/** `synth -json`. */
export const synthOutput = z.object({
  type: z.literal("summary"),
  status: z.literal("successful"),
  file: z.string().nullable().describe("Null without `-out`."),
  terraform: z.record(z.string(), z.json()).describe("What Terraform reads."),
});

/** `graph -json`. */
export const graphOutput = z.object({
  format_version: z.literal("1.0"),
  nodes: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      module: z.string().describe("Empty for the root module."),
      label: z.string(),
      in_cycle: z.boolean(),
    }),
  ),
  edges: z.array(
    z.object({
      from: z.string().describe("Needs `to`."),
      to: z.string(),
      in_cycle: z.boolean(),
    }),
  ),
});
