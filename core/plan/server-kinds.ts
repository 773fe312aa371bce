import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { DesiredResource } from "../config/configuration.ts";
import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import type { ServerFacts } from "../resource/database-server.ts";
import type { ServerKind } from "../resource/server-kind.ts";
import type { Observations } from "./observed.ts";

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

/** Servers that call themselves something else than the configuration does. */
export function serverKindWarnings(
  desired: Iterable<DesiredResource>,
  observed: Observations,
): readonly Diagnostic[] {
  return [...desired].flatMap((resource) => {
    const server = attributesOf(resource, "server");
    const said = observed.get(resource.address);
    if (server === undefined || said?.status !== "observed") return [];
    const { engine } = said.facts;
    if (engine === undefined || KINDS[engine].includes(server.kind)) return [];
    const [kind] = KINDS[engine];
    const orVm =
      engine === "sql_server" ? ', or kind = "azure_vm" on a virtual machine of Azure' : "";
    return [
      warningDiagnostic({
        code: "SERVER_KIND_WRONG",
        summary: "Server is of another kind",
        detail: `${resource.address} is of kind ${server.kind} in the configuration, and what answers at ${server.host} says that it is ${WORDS[engine]}. Which methods can run, what plans warn of and what restores leave out all go by the kind. Write (before the first backup, since a server of another kind begins with new fulls):\n\n    kind = "${kind}"${orVm}`,
        address: resource.address,
        subject: resource.range,
      }),
    ];
  });
}
