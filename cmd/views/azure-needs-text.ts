import type { AzureNeeds, NeededRole, TerraformOptions } from "../../core/resource/azure-needs.ts";
import { formatTable } from "./table.ts";
import { printable } from "./text-layout.ts";

interface WrittenFile extends TerraformOptions {
  readonly file: string;
}

interface NeedRow {
  readonly kind: string;
  readonly name: string;
  readonly what: string;
}

/** What was written, who is allowed what, and how to go on. */
export function formatNeeds(needs: AzureNeeds, { file, backend }: WrittenFile): string {
  const rows: readonly NeedRow[] = [
    ...needs.accounts.flatMap(({ name, containers }) => [
      { kind: "storage account", name, what: "" },
      ...containers.map((container) => ({
        kind: "container",
        name: container,
        what: `of ${name}`,
      })),
    ]),
    ...needs.principals
      .filter(({ kind }) => kind === "made")
      .map(({ credential }) => ({ kind: "identity", name: credential, what: "" })),
    ...needs.roles.map((role) => ({ kind: "rights", name: role.principal, what: meaningOf(role) })),
  ];
  const list =
    rows.length === 0
      ? "The configuration needs nothing in Azure.\n"
      : formatTable(rows, [
          { title: "KIND", cell: ({ kind }) => kind },
          { title: "NAME", cell: ({ name }) => name },
          { title: "WHAT FOR", cell: ({ what }) => what },
        ]);
  const folder = printable(file.replace(/\/[^/]*$/, ""));
  const init =
    backend === "local"
      ? "init"
      : "init -backend-config=storage_account_name=… -backend-config=container_name=…";
  return `${list}\nWritten to ${printable(file)}. Look at what Terraform would do:\n\n    terraform -chdir=${folder} ${init}\n    terraform -chdir=${folder} plan\n`;
}

function meaningOf(role: NeededRole): string {
  switch (role.kind) {
    case "read_write_blobs":
      return `reads and writes blobs of ${role.account}/${role.container}`;
    case "wrap_keys":
      return `wraps keys with ${role.key} of ${role.keyVault}`;
    case "read_server":
      return `reads the settings of ${role.server.name}`;
    case "copy_databases":
      return `copies databases of ${role.server.name}, and removes copies`;
    case "set_retention":
      return `sets how long Azure keeps backups of ${role.database} of ${role.server.name}`;
    default:
      return role satisfies never;
  }
}
