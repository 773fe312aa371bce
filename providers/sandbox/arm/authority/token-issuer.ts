import {
  createHash,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomUUID,
} from "node:crypto";
import { promisify } from "node:util";
import type { Application } from "./applications.ts";
import { isSignedBy, publicKeyEntry, signToken, tryReadToken } from "./json-web-token.ts";

/** What a token says about its bearer. */
export interface TokenClaims {
  /** Without a slash at the end: `https://database.windows.net`. */
  readonly audience: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly objectId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export type TokenRefusal = "malformed" | "signature" | "issuer" | "expired";

/** Seconds, as Entra gives them to applications. */
export const TOKEN_LIFETIME = 3599;

interface IssuerBirth {
  readonly tenantId: string;
  readonly privateKey: KeyObject;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Gives out access tokens in the form of Entra's v1.0 tokens (learn.microsoft.com: entra/identity-platform/access-token-claims-reference). */
export class TokenIssuer {
  readonly tenantId: string;
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly #birth: IssuerBirth;
  /** `iss` of v1.0 tokens. */
  readonly #issuer: string;

  constructor(birth: IssuerBirth) {
    this.#birth = birth;
    this.#issuer = `https://sts.windows.net/${birth.tenantId}/`;
    this.tenantId = birth.tenantId;
    this.publicKey = createPublicKey(birth.privateKey);
    const der = this.publicKey.export({ type: "spki", format: "der" });
    this.keyId = createHash("sha1").update(der).digest("base64url");
  }

  /** The set of keys (RFC 7517) that tokens are checked with. */
  get keySet(): unknown {
    return { keys: [publicKeyEntry(this.#birth.privateKey, this.keyId)] };
  }

  issue(application: Application, audience: string, lifetime: number = TOKEN_LIFETIME): string {
    const now = Math.floor(this.#birth.clock() / 1000);
    const { clientId, objectId } = application;
    const claims = {
      aud: audience,
      iss: this.#issuer,
      iat: now,
      nbf: now,
      exp: now + lifetime,
      appid: clientId,
      appidacr: application.managed === "no" ? "1" : "2",
      idp: this.#issuer,
      idtyp: "app",
      oid: objectId,
      sub: objectId,
      tid: this.tenantId,
      uti: randomUUID(),
      ver: "1.0",
    };
    return this.sign(claims);
  }

  /** Any token with the authority's key: the stand-in for a cluster's issuer signs with it too. */
  sign(claims: Readonly<Record<string, unknown>>): string {
    const { privateKey } = this.#birth;
    return signToken(claims, { privateKey, keyId: this.keyId });
  }

  /** What a token says, or why it is not good. Whether it is for the right audience is for the caller to see. */
  verify(token: string): TokenClaims | { readonly refused: TokenRefusal } {
    const read = tryReadToken(token);
    if (read === undefined) return { refused: "malformed" };
    if (!isSignedBy(read, this.publicKey)) return { refused: "signature" };
    const { aud, iss, exp, appid, oid, tid } = read.claims;
    if (iss !== this.#issuer || typeof appid !== "string") return { refused: "issuer" };
    const expiresAt = Number(exp) * 1000;
    if (!(expiresAt > this.#birth.clock())) return { refused: "expired" };
    const audience = String(aud).replace(/\/+$/, "");
    return { audience, tenantId: String(tid), clientId: appid, objectId: String(oid), expiresAt };
  }
}

/** A key for an issuer, made now. */
export async function createSigningKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)("rsa", { modulusLength: 2048 })).privateKey;
}
