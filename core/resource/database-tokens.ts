import type { Abortable } from "../kit/abortable.ts";
import type { EntraSignIn } from "../kit/entra-sign-in.ts";

/** Gives an access token that holds for some minutes at least; from its memory where it can. AZURE_SIGN_IN_FAILED */
export type DatabaseTokens = (options: Abortable) => Promise<string>;

/** Opens the tokens of an identity for the databases of the cloud that `host` lies in. Loads the SDK; asks for none yet. */
export type OpenDatabaseTokens = (signIn: EntraSignIn, host: string) => Promise<DatabaseTokens>;
