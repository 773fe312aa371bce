import type { TokenCredential, TokenCredentialOptions } from "@azure/identity";
import type { EntraSignIn } from "../../../core/kit/entra-sign-in.ts";

/** Hosts of Microsoft that Entra's discovery of authorities knows (learn.microsoft.com: entra/identity-platform/authentication-national-cloud). */
const KNOWN_AUTHORITIES: ReadonlySet<string> = new Set([
  "login.microsoftonline.com",
  "login.microsoftonline.us",
  "login.partner.microsoftonline.cn",
  "login.chinacloudapi.cn",
  "login.windows.net",
]);

/** What goes beside the sign-in: whom to trust, and who gives the tokens. */
export interface EntraSurroundings {
  /** PEM of an authority to trust besides the system's; a sandbox has its own. */
  readonly ca?: string | undefined;
  /** [what AZURE_AUTHORITY_HOST says] */
  readonly authorityHost?: string | undefined;
}

/** Loads the SDK of identities: 0.2 s. Asks for no token yet. */
export async function createEntraCredential(
  signIn: EntraSignIn,
  surroundings: EntraSurroundings = {},
): Promise<TokenCredential> {
  const identity = await import("@azure/identity");
  const options = optionsOf(surroundings);
  switch (signIn.kind) {
    case "default":
      return new identity.DefaultAzureCredential(options);
    case "client_secret": {
      const { tenantId, clientId, secret } = signIn;
      return new identity.ClientSecretCredential(tenantId, clientId, secret, options);
    }
    case "managed_identity":
      return signIn.clientId === undefined
        ? new identity.ManagedIdentityCredential(options)
        : new identity.ManagedIdentityCredential({ ...options, clientId: signIn.clientId });
    case "workload_identity": {
      const { tenantId, clientId } = signIn;
      return new identity.WorkloadIdentityCredential({ ...options, tenantId, clientId });
    }
    default:
      return signIn satisfies never;
  }
}

/** A host that Microsoft's directory of authorities does not know is not looked up there: it is a sandbox or Azure Stack. */
function optionsOf({ ca, authorityHost }: EntraSurroundings): TokenCredentialOptions & {
  readonly disableInstanceDiscovery?: boolean;
} {
  const host = authorityHost ?? process.env["AZURE_AUTHORITY_HOST"];
  return {
    ...(ca === undefined ? {} : { tlsOptions: { ca } }),
    ...(host === undefined ? {} : { authorityHost: host }),
    ...(isKnown(host) ? {} : { disableInstanceDiscovery: true }),
  };
}

function isKnown(host: string | undefined): boolean {
  if (host === undefined || host === "") return true;
  const url = host.includes("://") ? host : `https://${host}`;
  return URL.canParse(url) && KNOWN_AUTHORITIES.has(new URL(url).hostname);
}
