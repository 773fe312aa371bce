import { failure } from "../diagnostics/diagnostic.ts";
import type { EntraSignIn } from "../kit/entra-sign-in.ts";
import type { ReadingPorts } from "./ports.ts";
import type { ResourceLookup } from "./resource-lookup.ts";
import { readSecret } from "./secrets.ts";

/** The identity of a credential; undefined where it is of a type that is none of Entra's. SECRET_MISSING. */
export async function tryReadEntraSignIn(
  address: string,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<EntraSignIn | undefined> {
  const credential = resources.get(address, "credential");
  const { type, tenant_id: tenantId, client_id: clientId } = credential;
  if (type === "entra_default") return { kind: "default" };
  if (type === "managed_identity") return { kind: type, clientId: clientId ?? undefined };
  if (tenantId === null || clientId === null) return undefined;
  if (type === "workload_identity") return { kind: type, tenantId, clientId };
  if (type !== "entra_service_principal") return undefined;
  const { password_env: environment, password_file: file } = credential;
  const purpose = `the client secret of ${address}`;
  const secret = await readSecret({ environment, file, purpose }, ports);
  return { kind: "client_secret", tenantId, clientId, secret };
}

/** As `tryReadEntraSignIn`, for Azure Key Vault and databases, where nothing else will do. CREDENTIAL_UNSUPPORTED. */
export async function readEntraSignIn(
  address: string,
  resources: ResourceLookup,
  ports: ReadingPorts,
): Promise<EntraSignIn> {
  const signIn = await tryReadEntraSignIn(address, resources, ports);
  if (signIn !== undefined) return signIn;
  const { type } = resources.get(address, "credential");
  throw failure({
    code: "CREDENTIAL_UNSUPPORTED",
    summary: "Way to sign in not supported",
    detail: `${address} is of type ${type}, which is no identity of Entra as it is. Use entra_default, entra_service_principal (with tenant_id, client_id and a secret), managed_identity or workload_identity (with tenant_id and client_id).`,
    address: address as never,
  });
}
