import type { EntraSignIn } from "../../../core/kit/entra-sign-in.ts";
import type { DatabaseTokens } from "../../../core/resource/database-tokens.ts";
import { armSignInFailed } from "../sql/arm-failure.ts";
import { createEntraCredential, type EntraSurroundings } from "./entra-credential.ts";

/** The audience of tokens by the end of a server's name (learn.microsoft.com: azure/azure-government/compare-azure-government-global-azure, azure/china/resources-developer-guide). */
const CLOUDS: readonly (readonly [end: string, audience: string])[] = [
  [".database.usgovcloudapi.net", "https://database.usgovcloudapi.net"],
  [".database.chinacloudapi.cn", "https://database.chinacloudapi.cn"],
];
const PUBLIC = "https://database.windows.net";

export async function openDatabaseTokens(
  signIn: EntraSignIn,
  host: string,
  surroundings: EntraSurroundings = {},
): Promise<DatabaseTokens> {
  const name = host.toLowerCase().replace(/\.$/, "");
  const audience = CLOUDS.find(([end]) => name.endsWith(end))?.[1] ?? PUBLIC;
  const credential = await createEntraCredential(signIn, surroundings);
  return async ({ signal }) => {
    try {
      const options = signal === undefined ? {} : { abortSignal: signal };
      const token = await credential.getToken(`${audience}/.default`, options);
      if (token !== null) return token.token;
    } catch (error) {
      signal?.throwIfAborted();
      throw armSignInFailed(error, `databases at ${audience}`);
    }
    throw armSignInFailed(undefined, `databases at ${audience}`);
  };
}
