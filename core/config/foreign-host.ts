import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { foreignHostOf } from "../kit/blob-endpoint.ts";

/** STORE_HOST_UNKNOWN where the account's URL is none of Azure Storage; such addresses exist, so it is no error: whether it is trusted the environment says, where the vault is opened. */
export function tryWarnOfHost(
  accountUrl: string,
  place: Pick<Diagnostic, "address" | "subject"> = {},
): Diagnostic | undefined {
  const host = foreignHostOf(accountUrl);
  if (host === undefined) return undefined;
  return warningDiagnostic({
    code: "STORE_HOST_UNKNOWN",
    summary: "Host is none of Azure Storage",
    detail: `${host} is not a Blob endpoint of Azure Storage, such as ACCOUNT.blob.core.windows.net. What signs in to the account is sent there only where the environment of Holdfast names the host, in HOLDFAST_STORAGE_HOSTS, or for an identity of Entra in HOLDFAST_ENTRA_HOSTS. Correct the address if it is misspelt; if it is a proxy or a domain of your own for the account, name it so.`,
    ...place,
  });
}
