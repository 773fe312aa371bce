import type { ResourceSchema } from "./block-schema.ts";

/** Which databases of a server are backed up under which policy into which vault. */
export const BACKUP_SET = {
  type: "backup_set",
  description: "Which databases of a server are backed up under which policy into which vault.",
  use: "Write one for databases that are backed up together and alike. After `apply` the set is listed as unprotected until its first backup:\n\n    holdfast backup orders\n\nAnother `server` or `vault` makes another set of it, since new backups cannot build on points of the old one. The plan says so; the old points stay until their retention ends.",
  example: `backup_set "reporting" {
  server = server.orders
  policy = policy.gold
  vault  = vault.main

  databases {
    include = ["Reporting", "Archive_*"]
    exclude = ["Archive_test"]
  }
}
`,
  arguments: {
    server: {
      type: "reference",
      target: "server",
      required: true,
      description: "The server on which the databases are.",
      example: "server.orders",
    },
    policy: {
      type: "reference",
      target: "policy",
      required: true,
      description: "When and how they are backed up, and how long points are kept.",
      example: "policy.gold",
    },
    vault: {
      type: "reference",
      target: "vault",
      required: true,
      description: "Where the points are kept.",
      example: "vault.main",
    },
  },
  blocks: {
    databases: {
      required: true,
      absent: "null",
      description: "Which databases of the server are backed up.",
      note: "The list is held against the server at every backup, so a database that is made later is covered by a glob without another `apply`.",
      body: {
        arguments: {
          include: {
            type: "patterns",
            required: true,
            description: "Names or globs (`*` any run of characters, `?` one).",
            example: '["Orders", "Shop_*"]',
            note: 'Case does not matter. `["*"]` covers all user databases. `tempdb` is never backed up; names with a colon or a semicolon are refused. A name with brackets or quotation marks that joins a set which has run replaces the set.',
          },
          exclude: {
            type: "patterns",
            default: [],
            description: "Names or globs that are left out although included.",
            example: '["Shop_test"]',
          },
          system: {
            type: "bool",
            default: false,
            description: "Whether master, msdb and model may be matched. tempdb never is.",
            example: "true",
            note: "System databases get full backups only, with the tables that came with the server: jobs, operators, schedules. A backup of master keeps the certificates of encrypted databases with it, and makes one (`holdfast_tde_…`) where the server has none that could protect a database.",
          },
        },
      },
    },
  },
} as const satisfies ResourceSchema;
