import type { ResourceSchema } from "./block-schema.ts";

/** Where the worker of a job runs. */
export const BRIDGE = {
  type: "bridge",
  description: "Where the worker of a job runs.",
  arguments: {
    kind: {
      type: "string",
      default: "local",
      values: ["local", "azure_container_job", "azure_vm"],
      description: "This machine, a container job or a virtual machine made for the job.",
    },
    size: { type: "string", description: "The size of the container or virtual machine." },
    image: { type: "string", description: "The image to run." },
    network: { type: "string", description: "The subnet to run in." },
  },
} as const satisfies ResourceSchema;
