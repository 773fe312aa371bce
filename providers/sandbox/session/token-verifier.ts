/** Who Microsoft Entra knows under a name. */
export interface DirectoryPrincipal {
  readonly kind: "user" | "group" | "application";
  /** What CREATE USER … FROM EXTERNAL PROVIDER calls it: a user's principal name, a display name of the others. */
  readonly name: string;
  /** A GUID, as text. */
  readonly objectId: string;
  /** An application's client id. */
  readonly clientId?: string | undefined;
}

/** What a token that was found good says. */
export interface TokenIdentity {
  readonly principal: DirectoryPrincipal;
  /** Object ids of the groups that the principal is in. */
  readonly groups: readonly string[];
}

/** What the engine asks of Microsoft Entra: whether a token is good for it, and who bears a name. */
export interface TokenVerifier {
  /** Where clients get tokens: STSURL of FEDAUTHINFO ([MS-TDS] 2.2.7.12). */
  readonly stsUrl: string;
  /** What tokens must be for: SPN of FEDAUTHINFO. */
  readonly audience: string;
  /** Undefined for a token of another issuer or audience, one that is over, and what is no token. */
  verify(token: string): TokenIdentity | undefined;
  find(name: string): DirectoryPrincipal | undefined;
}

/**
 * The sid of a principal in SQL Server: the 16 bytes of a user's or group's object id and of an application's client id
 * (learn.microsoft.com: azure-sql/database/authentication-aad-service-principal). Upper-case hexadecimal.
 */
export function sidOfPrincipal({ kind, objectId, clientId }: DirectoryPrincipal): string {
  const guid = kind === "application" ? (clientId ?? objectId) : objectId;
  const hex = guid.replaceAll("-", "").toUpperCase();
  const swapped = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16)].map((part) =>
    (part.match(/../g) ?? []).toReversed().join(""),
  );
  return swapped.join("") + hex.slice(16);
}
