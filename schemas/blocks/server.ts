import type { ResourceSchema } from "./block-schema.ts";

/** A server whose databases can be backed up, and to which they can be restored. */
export const SERVER = {
  type: "server",
  description: "A SQL Server or Azure SQL server.",
  arguments: {
    kind: {
      type: "string",
      required: true,
      values: ["azure_sql", "managed_instance", "azure_vm", "sql_server"],
      description: "What kind of server it is; it decides which backup methods can run.",
    },
    host: { type: "string", required: true, description: "DNS name or IP address." },
    port: {
      type: "number",
      default: 1433,
      minimum: 1,
      maximum: 65_535,
      integer: true,
      description: "TCP port.",
    },
    credential: {
      type: "reference",
      target: "credential",
      required: true,
      description: "How to sign in.",
    },
    bridge: {
      type: "reference",
      target: "bridge",
      description: "Where the worker runs that reads this server.",
    },
    when_agent_down: {
      type: "string",
      default: "queue",
      values: ["queue", "fail", "skip"],
      description: "What happens to a job while the agent does not answer.",
    },
  },
  blocks: {
    tls: {
      absent: "defaults",
      description: "How the server's certificate is checked. TLS is always on.",
      body: {
        arguments: {
          ca_file: {
            type: "path",
            description: "PEM file of the authorities to trust instead of the system's.",
          },
          server_name: {
            type: "string",
            description: "The name that the certificate must carry, where it is not the host.",
          },
          trust_server_certificate: {
            type: "bool",
            default: false,
            description:
              "Accept any certificate. Anyone between you and the server can then read everything.",
          },
        },
      },
    },
    azure: {
      absent: "null",
      description: "Where the server stands in Azure.",
      body: {
        arguments: {
          subscription_id: { type: "string", description: "The subscription." },
          resource_group: { type: "string", description: "The resource group." },
          name: { type: "string", description: "The name of the Azure resource." },
        },
      },
    },
    agent: {
      absent: "null",
      description: "A Holdfast agent runs beside this server.",
      body: { arguments: {} },
    },
  },
} as const satisfies ResourceSchema;
