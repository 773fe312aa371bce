import type { EntraSignIn } from "../../core/kit/entra-sign-in.ts";
import type { AzurePatience, AzureSqlControl } from "../../core/resource/azure-sql.ts";
import { createRepeat } from "../../core/storage/retrying.ts";
import { createEntraCredential } from "../../providers/azure/identity/entra-credential.ts";
import { openAzureSql as openControl } from "../../providers/azure/sql/open-azure-sql.ts";
import { AZURE_RETRY } from "./azure-retry.ts";

/**
 * Azure's control plane of SQL, asked patiently. Which one is said by the environment and never by a configuration: a pull
 * request must not send a token elsewhere.
 */
export async function openAzureSql(
  signIn: EntraSignIn,
  { patience }: AzurePatience = {},
): Promise<AzureSqlControl> {
  const endpoint = process.env["AZURE_RESOURCE_MANAGER_ENDPOINT"];
  return openControl({
    credential: await createEntraCredential(signIn),
    endpoint: endpoint === "" ? undefined : endpoint,
    repeat: createRepeat({ ...AZURE_RETRY, patience }),
    clock: AZURE_RETRY.clock,
  });
}
