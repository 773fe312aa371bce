import { type KeyObject, randomBytes, randomUUID } from "node:crypto";
import type { DirectoryPrincipal, TokenVerifier } from "../session/token-verifier.ts";
import { DATABASE_AUDIENCE } from "./arm-endpoint.ts";
import { type Application, hashSecret } from "./authority/applications.ts";
import { createSigningKey, TokenIssuer } from "./authority/token-issuer.ts";
import type { RoleName } from "./roles.ts";

/** An application that may sign in, and what it may do in the subscription; no role: nothing. */
export interface TenantApplication {
  readonly displayName: string;
  readonly role: RoleName | undefined;
  /** A part of the subscription's path to hold the role to. */
  readonly scope?: string | undefined;
}

/** An application with its secret, which is kept nowhere else. */
export interface KnownApplication extends Application, TenantApplication {
  readonly secret: string;
}

export interface DirectoryOptions {
  /** [one, `holdfast`, that contributes to everything] */
  readonly applications?: readonly TenantApplication[] | undefined;
  /** Milliseconds since 1970; of tokens. */
  readonly clock: () => number;
  /** An RSA key [made now]. */
  readonly signingKey?: KeyObject | undefined;
}

/** The directory of one tenant: who there is, and whose tokens are good. Ids, keys and secrets are new every time. */
export interface TenantDirectory {
  readonly tenantId: string;
  readonly issuer: TokenIssuer;
  readonly applications: readonly KnownApplication[];
  /** The identity of the host itself. */
  readonly managed: Application;
  /** The first application, for the engine's option of that name. */
  readonly administrator: DirectoryPrincipal;
  /** For the engine: judges the tokens of clients that sign in to a database. */
  readonly tokens: TokenVerifier;
  readonly clock: () => number;
  /** Tells where the authority answers. */
  place(origin: string): void;
}

const DEFAULT_APPLICATION: TenantApplication = { displayName: "holdfast", role: "Contributor" };
const MANAGED: TenantApplication = { displayName: "sandbox-host", role: "Contributor" };

export async function createTenantDirectory(options: DirectoryOptions): Promise<TenantDirectory> {
  const { clock } = options;
  const tenantId = randomUUID();
  const wanted = options.applications ?? [DEFAULT_APPLICATION];
  const applications = wanted.map(createApplication);
  const managed: Application = { ...createApplication(MANAGED), managed: "system" };
  const [first = managed] = applications;
  const privateKey = options.signingKey ?? (await createSigningKey());
  const issuer = new TokenIssuer({ tenantId, clock, privateKey });
  const principals = [...applications, managed].map(principalOf);
  let stsUrl = "";
  return {
    tenantId,
    issuer,
    applications,
    managed,
    administrator: principalOf(first),
    clock,
    tokens: {
      get stsUrl() {
        return stsUrl;
      },
      audience: `${DATABASE_AUDIENCE}/`,
      verify(token) {
        const claims = issuer.verify(token);
        if ("refused" in claims || claims.audience !== DATABASE_AUDIENCE) return undefined;
        const principal = principals.find(({ objectId }) => objectId === claims.objectId);
        return principal && { principal, groups: [] };
      },
      find: (name) => principals.find((principal) => principal.name === name),
    },
    place(origin) {
      stsUrl = `${origin}/${tenantId}`;
    },
  };
}

function principalOf({ displayName, objectId, clientId }: Application): DirectoryPrincipal {
  return { kind: "application", name: displayName, objectId, clientId };
}

function createApplication(wanted: TenantApplication): KnownApplication {
  const secret = randomBytes(24).toString("base64url");
  return {
    ...wanted,
    clientId: randomUUID(),
    objectId: randomUUID(),
    secret,
    secretHash: hashSecret(secret),
    federatedCredentials: [],
    managed: "no",
  };
}
