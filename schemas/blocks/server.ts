import type { ResourceSchema } from "./block-schema.ts";

/** A server whose databases can be backed up, and to which they can be restored. */
export const SERVER = {
  type: "server",
  description: "A SQL Server or Azure SQL server.",
  use: "Write one for each server whose databases are backed up, or to which they are restored. `apply` records the server in the catalog; nothing is installed or changed on it.\n\nA change of `kind`, `host` or `port` makes another server of it: the plan replaces it, and new backups do not build on points that were made before.",
  status:
    "This version has no agents: `agent` and `when_agent_down` are recorded and change nothing yet. A `bridge` is used by the method `isolated_copy` only.",
  example: `server "reporting" {
  kind       = "sql_server"
  host       = "reporting.contoso.example"
  port       = 14330
  credential = credential.ci

  tls {
    ca_file = "./contoso-ca.pem"
  }
}
`,
  arguments: {
    kind: {
      type: "string",
      required: true,
      values: ["azure_sql", "managed_instance", "azure_vm", "sql_server"],
      description: "What kind of server it is; it decides which backup methods can run.",
      example: '"sql_server"',
      note: "The [methods](policy.md#method) say which kinds they run on.",
    },
    host: {
      type: "string",
      required: true,
      caseless: true,
      description: "DNS name or IP address.",
      example: '"orders.contoso.example"',
    },
    port: {
      type: "number",
      default: 1433,
      minimum: 1,
      maximum: 65_535,
      integer: true,
      description: "TCP port.",
      example: "14330",
    },
    credential: {
      type: "reference",
      target: "credential",
      required: true,
      description: "How to sign in.",
      example: "credential.ci",
    },
    bridge: {
      type: "reference",
      target: "bridge",
      description: "Where the worker runs that reads this server.",
      example: "bridge.near",
      note: "Absent means this machine. The method `isolated_copy` needs one, of kind `local`.",
    },
    when_agent_down: {
      type: "string",
      default: "queue",
      values: ["queue", "fail", "skip"],
      description: "What happens to a job while the agent does not answer.",
      example: '"fail"',
      note: "`queue` waits for the agent and then runs the job once; `fail` ends the job as failed, `skip` as skipped.",
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
            example: '"./contoso-ca.pem"',
          },
          server_name: {
            type: "string",
            caseless: true,
            description: "The name that the certificate must carry, where it is not the host.",
            example: '"sql01.contoso.example"',
          },
          trust_server_certificate: {
            type: "bool",
            default: false,
            description:
              "Accept any certificate: anyone between you and the server can then read everything.",
            example: "true",
            note: "Meant for a trial on one machine. Elsewhere set `ca_file`.",
          },
        },
      },
    },
    azure: {
      absent: "null",
      description: "Where the server stands in Azure.",
      body: {
        arguments: {
          subscription_id: {
            type: "string",
            description: "The identifier of the subscription.",
            example: '"3b241101-e2bb-4255-8caf-4136c566a003"',
          },
          resource_group: {
            type: "string",
            description: "The name of the resource group.",
            example: '"databases"',
          },
          name: {
            type: "string",
            description: "The name of the Azure resource.",
            example: '"orders-sql"',
          },
          credential: {
            type: "reference",
            target: "credential",
            description:
              "How to sign in to Azure Resource Manager, which makes copies of databases.",
            example: "credential.deploy",
            note: "An identity of Entra. Absent means the server's credential where that is one, else whatever this machine has (`entra_default`).",
          },
        },
      },
    },
    agent: {
      absent: "null",
      description: "A Holdfast agent runs beside this server.",
      note: "The method `files` needs one. The block is empty: `agent {}`.",
      body: { arguments: {} },
    },
  },
} as const satisfies ResourceSchema;
