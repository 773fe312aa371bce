import type { Address } from "../address/address.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { ServerFacts } from "./database-server.ts";
import type { ServerKind } from "./server-kind.ts";

type Engine = NonNullable<ServerFacts["engine"]>;

/** What may stand as the kind of each engine. */
const KINDS: Readonly<Record<Engine, readonly ServerKind[]>> = {
  azure_sql: ["azure_sql"],
  managed_instance: ["managed_instance"],
  sql_server: ["sql_server", "azure_vm"],
};

const WORDS: Readonly<Record<Engine, string>> = {
  azure_sql: "Azure SQL Database",
  managed_instance: "a managed instance of Azure",
  sql_server: "SQL Server",
};

interface ConfiguredServer {
  readonly address: Address;
  readonly kind: ServerKind;
  readonly host: string;
}

/** SERVER_KIND_WRONG of a server that calls itself something else than the configuration does. */
export function kindMismatch(
  { address, kind, host }: ConfiguredServer,
  { engine }: Pick<ServerFacts, "engine">,
): Diagnostic | undefined {
  if (engine === undefined || KINDS[engine].includes(kind)) return undefined;
  const [right] = KINDS[engine];
  const orVm =
    engine === "sql_server" ? ', or kind = "azure_vm" on a virtual machine of Azure' : "";
  return warningDiagnostic({
    code: "SERVER_KIND_WRONG",
    summary: "Server is of another kind",
    detail: `${address} is of kind ${kind} in the configuration, and what answers at ${host} says that it is ${WORDS[engine]}. Which methods can run, what plans warn of and what restores leave out all go by the kind. Write (before the first backup, since a server of another kind begins with new fulls):\n\n    kind = "${right}"${orVm}`,
    address,
  });
}
