import { createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from "node:crypto";

/** Signs and reads JSON Web Tokens (RFC 7519) in the compact form of RFC 7515, with RS256 or ES256. */

export type JwtClaims = Readonly<Record<string, unknown>>;

export interface ReadToken {
  readonly header: JwtClaims;
  readonly claims: JwtClaims;
  readonly signed: string;
  readonly signature: Uint8Array;
}

function encodePart(part: JwtClaims): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

/** RS256 with the key's id in the header. */
export function signToken(
  claims: JwtClaims,
  { privateKey, keyId }: { readonly privateKey: KeyObject; readonly keyId: string },
): string {
  const header = { typ: "JWT", alg: "RS256", x5t: keyId, kid: keyId };
  const signed = `${encodePart(header)}.${encodePart(claims)}`;
  const signature = sign("sha256", Buffer.from(signed), privateKey);
  return `${signed}.${signature.toString("base64url")}`;
}

function decodePart(text: string): JwtClaims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** What a token says, without having looked at its signature; undefined for what is no token. */
export function tryReadToken(text: string): ReadToken | undefined {
  const [first = "", second = "", third, ...rest] = text.split(".");
  const header = decodePart(first);
  const claims = decodePart(second);
  if (header === undefined || claims === undefined || third === undefined || rest.length > 0)
    return undefined;
  const signature = Buffer.from(third, "base64url");
  return { header, claims, signed: `${first}.${second}`, signature };
}

/** Whether the token bears the signature of the key's owner. Tokens of other algorithms ("none" too) do not. */
export function isSignedBy({ header, signed, signature }: ReadToken, key: KeyObject): boolean {
  const { alg } = header;
  const isRsa = key.asymmetricKeyType === "rsa" && alg === "RS256";
  const isEcdsa = key.asymmetricKeyType === "ec" && alg === "ES256";
  if (!isRsa && !isEcdsa) return false;
  const data = Buffer.from(signed);
  return verify("sha256", data, isEcdsa ? { key, dsaEncoding: "ieee-p1363" } : key, signature);
}

/** A public key as an entry of a key set (RFC 7517). */
export function publicKeyEntry(privateKey: KeyObject, keyId: string): JsonWebKey {
  const key = createPublicKey(privateKey).export({ format: "jwk" });
  return { ...key, use: "sig", kid: keyId, x5t: keyId };
}
