import { ArmError } from "./arm-errors.ts";
import type { TokenClaims } from "./authority/token-issuer.ts";

/** A role for a principal on a part of the tenant and everything below it. */
export interface RoleAssignment {
  readonly objectId: string;
  readonly role: RoleName;
  /** `/subscriptions/…`, or `/` for everything. */
  readonly scope: string;
}

/** Actions by built-in role, as far as they matter here (learn.microsoft.com: azure/role-based-access-control/built-in-roles). */
const ROLES = {
  Contributor: ["*"],
  Reader: ["*/read"],
  "SQL DB Contributor": [
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Sql/locations/*/read",
    "Microsoft.Sql/servers/databases/*",
    "Microsoft.Sql/servers/read",
  ],
  "SQL Server Contributor": [
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Sql/locations/*/read",
    "Microsoft.Sql/servers/*",
  ],
} as const;

export type RoleName = keyof typeof ROLES;

/** `Microsoft.Sql/servers/databases/write`. */
export interface Access {
  readonly action: string;
  /** Path of the resource. */
  readonly scope: string;
}

function covers(pattern: string, action: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
}

function isWithin(scope: string, whole: string): boolean {
  const outer = whole.toLowerCase().replace(/\/+$/, "");
  const inner = scope.toLowerCase();
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** Who may do what. */
export class RoleAssignments {
  readonly #assignments: readonly RoleAssignment[];

  constructor(assignments: readonly RoleAssignment[]) {
    this.#assignments = assignments;
  }

  allows(objectId: string, { action, scope }: Access): boolean {
    return this.#assignments.some(
      (assignment) =>
        assignment.objectId === objectId &&
        isWithin(scope, assignment.scope) &&
        ROLES[assignment.role].some((pattern) => covers(pattern, action)),
    );
  }

  /** Whether the principal has a role on the scope, on what it lies in, or on anything in it. */
  hasRoleBelow(objectId: string, scope: string): boolean {
    return this.#assignments.some(
      (assignment) =>
        assignment.objectId === objectId &&
        (isWithin(scope, assignment.scope) || isWithin(assignment.scope, scope)),
    );
  }

  /** Throws the 403 that Azure Resource Manager gives. */
  require({ objectId, clientId }: TokenClaims, access: Access): void {
    if (this.allows(objectId, access)) return;
    throw new ArmError(403, {
      code: "AuthorizationFailed",
      message: `The client '${clientId}' with object id '${objectId}' does not have authorization to perform action '${access.action}' over scope '${access.scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    });
  }

  /** Throws the 403 for a resource that a request names in its body. */
  requireLinked(
    { objectId, clientId }: TokenClaims,
    { access, linked }: { readonly access: Access; readonly linked: Access },
  ): void {
    if (this.allows(objectId, linked)) return;
    throw new ArmError(403, {
      code: "LinkedAuthorizationFailed",
      message: `The client '${clientId}' with object id '${objectId}' has permission to perform action '${access.action}' on scope '${access.scope}'; however, it does not have permission to perform action(s) '${linked.action}' on the linked scope(s) '${linked.scope}' (respectively) or the linked scope(s) are invalid.`,
    });
  }
}
