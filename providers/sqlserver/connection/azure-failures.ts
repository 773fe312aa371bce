import { type DiagnosticError, failure } from "../../../core/diagnostics/diagnostic.ts";
import type { Place } from "./failures.ts";
import type { ServerError } from "./server-error.ts";

/**
 * The identity is known to Entra, and the server says "Login failed for user '<token-identified principal>'": no user of the
 * database and no login of the server stands for it (learn.microsoft.com: azure-sql/database/authentication-aad-configure).
 */
export function unmapped(
  { target, database = "master" }: Place,
  { message, number }: ServerError,
  cause: unknown,
): DiagnosticError {
  return failure(
    {
      code: "SERVICE_PRINCIPAL_UNMAPPED",
      summary: "Identity without a user in the database",
      detail: `${target.host}:${target.port} did not let ${target.username} into the database "${database}" (error ${number}: ${message}) Entra gave a token, so the identity is right; it has no user there. Nothing was read. The Entra administrator of the server runs this in "${database}", with the display name of the identity for app:

${script(remedy(database))}

An application's name by its id: az ad sp show --id ID --query displayName -o tsv. A user in master, too, lists the databases. Change data capture asks for db_owner in place of db_datareader. If a user is there, the token may be of another tenant than the server: see tenant_id of the credential.`,
      address: target.address,
    },
    cause,
  );
}

/** The least that a backup needs; in master what lists and makes databases. USE is not for Azure SQL Database. */
function remedy(database: string): readonly string[] {
  const user = "CREATE USER [app] FROM EXTERNAL PROVIDER;";
  if (database === "master") return [user, "ALTER ROLE dbmanager ADD MEMBER [app];"];
  return [user, "ALTER ROLE db_datareader ADD MEMBER [app];", "GRANT VIEW DEFINITION TO [app];"];
}

/** Azure's firewall (40615), its rules for networks (40914) and public access that is off (47073). */
export function firewall(
  { target }: Place,
  { message, number }: ServerError,
  cause: unknown,
): DiagnosticError {
  return failure(
    {
      code: "SERVER_FIREWALL",
      summary: "Kept out by the firewall",
      detail: `${target.host}:${target.port} does not take connections from this machine (error ${number}: ${message}) Nothing was read. ${WORDS[number] ?? ADDRESS_WORDS}\n\n    ${firewallRemedy(target, { message, number })}`,
      address: target.address,
    },
    cause,
  );
}

const ADDRESS_WORDS =
  "Who looks after the server lets the address in; it takes up to five minutes:";
const WORDS: Readonly<Record<number, string>> = {
  40914: "The machine's network has a service endpoint for SQL, and the server has no rule for it:",
  47073:
    "The server takes no public connections at all. Run Holdfast where the server's private endpoint is reached, or, if that is meant to change:",
};

type Refused = Pick<ServerError, "message" | "number">;

function firewallRemedy(target: Place["target"], { message, number }: Refused): string {
  const group = target.azure?.resourceGroup ?? "RESOURCE_GROUP";
  const server = target.azure?.name ?? target.host.split(".")[0] ?? target.host;
  const place = `--resource-group ${group}`;
  if (number === 47073) {
    return `az sql server update ${place} --name ${server} --enable-public-network true`;
  }
  if (number === 40914) {
    return `az sql server vnet-rule create ${place} --server ${server} --name holdfast --vnet-name VNET --subnet SUBNET`;
  }
  const address = /'(\d{1,3}(?:\.\d{1,3}){3})'/.exec(message)?.[1] ?? "ADDRESS";
  return `az sql server firewall-rule create ${place} --server ${server} --name holdfast --start-ip-address ${address} --end-ip-address ${address}`;
}

function script(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join("\n");
}
