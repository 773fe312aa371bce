/**
 * The tests of these folders run in one process a group: to start a process and load the modules costs more than most of
 * their files take. Each of the files runs alone just as well. What kills processes, turns clocks or counts modules stays apart.
 */
export const TOGETHER = {
  vault: ["core/vault"],
  collection: ["core/vault/care", "core/vault/collect", "core/vault/keys"],
  policy: ["core/policy"],
  operations: ["core/operations"],
  configuration: [
    "core/address",
    "core/apply",
    "core/backup",
    "core/catalog",
    "core/config",
    "core/events",
    "core/graph",
    "core/kit",
    "core/media",
    "core/plan",
    "core/storage",
    "core/testing",
  ],
  language: ["core/language"],
  reviews: ["core/diff", "core/drift", "core/gitops", "core/resource", "core/ssh", "cmd/ui"],
  servers: ["providers/sqlserver"],
  clouds: ["providers/azure", "providers/terraform"],
  protection: ["end-to-end/in-process"],
  sandbox: ["providers/sandbox"],
  commands: ["cmd/commands", "cmd/views", "schemas"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Whether a folder of another group, below this one, has the file. */
export function isElsewhere(file: string, folder: string): boolean {
  return Object.values(TOGETHER)
    .flat()
    .some((other) => other.startsWith(`${folder}/`) && file.startsWith(`${other}/`));
}

/** Of the folders above: what only a process of its own can show. */
export const APART: readonly string[] = ["providers/sqlserver/lane"];

export type Group = keyof typeof TOGETHER;
