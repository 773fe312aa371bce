import { type Diagnostic, warningDiagnostic } from "../diagnostics/diagnostic.ts";
import { foreignHostOf } from "../kit/blob-endpoint.ts";

/** STORE_HOST_UNKNOWN where the account's URL is none of Azure Storage; such addresses exist, so it is no error. */
export function tryWarnOfHost(
  accountUrl: string,
  place: Pick<Diagnostic, "address" | "subject"> = {},
): Diagnostic | undefined {
  const host = foreignHostOf(accountUrl);
  if (host === undefined) return undefined;
  return warningDiagnostic({
    code: "STORE_HOST_UNKNOWN",
    summary: "Host is none of Azure Storage",
    detail: `${host} is not a Blob endpoint of Azure Storage, such as ACCOUNT.blob.core.windows.net. What signs in to the account, a shared access signature or a token, is sent to whoever has that name. Correct the address if it is misspelt; if it is a proxy or a domain of your own for the account, nothing is wrong.`,
    ...place,
  });
}
