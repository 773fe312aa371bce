import type { ResourceSchema } from "./block-schema.ts";

/** Which databases of a server are backed up under which policy into which vault. */
export const BACKUP_SET = {
  type: "backup_set",
  description: "Which databases of a server are backed up under which policy into which vault.",
  arguments: {
    server: { type: "reference", target: "server", required: true, description: "The server." },
    policy: { type: "reference", target: "policy", required: true, description: "The policy." },
    vault: { type: "reference", target: "vault", required: true, description: "The vault." },
  },
  blocks: {
    databases: {
      required: true,
      absent: "null",
      description: "The databases.",
      body: {
        arguments: {
          include: {
            type: "patterns",
            required: true,
            description: "Names or globs (`*` any run of characters, `?` one).",
          },
          exclude: {
            type: "patterns",
            default: [],
            description: "Names or globs that are left out although included.",
          },
          system: {
            type: "bool",
            default: false,
            description: "Whether master, msdb and model may be matched. tempdb never is.",
          },
        },
      },
    },
  },
} as const satisfies ResourceSchema;
