import type { ResourceSchema } from "./block-schema.ts";

/** Where the worker of a job runs. */
export const BRIDGE = {
  type: "bridge",
  description: "Where the worker of a job runs.",
  use: "Write one when data should be read by a machine that stands beside it, such as a container job in the network of an Azure SQL server. A server names its bridge.",
  status:
    "This version runs every job where the command runs. The method `isolated_copy` asks for a bridge and takes one of kind `local`: the worker that reads a copy lives in the process of the command. `backup` refuses the other kinds for it.",
  example: `bridge "west_europe" {
  kind    = "azure_container_job"
  size    = "2 vCPU, 4 GiB"
  image   = "contoso.azurecr.io/holdfast:0.1"
  network = "backup-subnet"
}
`,
  arguments: {
    kind: {
      type: "string",
      default: "local",
      values: ["local", "azure_container_job", "azure_vm"],
      description: "This machine, a container job or a virtual machine made for the job.",
      example: '"azure_container_job"',
    },
    size: {
      type: "string",
      description: "The size of the container or virtual machine.",
      example: '"Standard_D4s_v5"',
    },
    image: {
      type: "string",
      description: "The image to run.",
      example: '"contoso.azurecr.io/holdfast:0.1"',
    },
    network: {
      type: "string",
      description: "The subnet to run in.",
      example: '"backup-subnet"',
    },
  },
} as const satisfies ResourceSchema;
