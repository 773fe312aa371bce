import type { Subscription } from "./azure-world.ts";
import { ok } from "./exchange.ts";
import { pageOf } from "./paging.ts";
import { isSameName } from "./resource-id.ts";
import type { ArmCall, Route } from "./route.ts";

function describeSubscription(
  { world }: ArmCall,
  { subscriptionId, displayName }: Subscription,
): unknown {
  return {
    id: `/subscriptions/${subscriptionId}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId,
    tenantId: world.tenantId,
    displayName,
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

/** Subscriptions_List and Subscriptions_Get (learn.microsoft.com: rest/api/resources/subscriptions): those that the caller has any role in. */
export const SUBSCRIPTION_ROUTES: readonly Route[] = [
  {
    method: "GET",
    pattern: "/subscriptions",
    action: undefined,
    handle(call) {
      const seen = call.world.subscriptions.filter(({ subscriptionId }) =>
        call.roles.hasRoleBelow(call.caller.objectId, `/subscriptions/${subscriptionId}`),
      );
      return pageOf(
        seen.map((subscription) => describeSubscription(call, subscription)),
        call,
      );
    },
  },
  {
    method: "GET",
    pattern: "/subscriptions/{subscription}",
    action: "Microsoft.Resources/subscriptions/read",
    handle(call) {
      const { subscription: id = "" } = call.names;
      const found = call.world.subscriptions.find(({ subscriptionId }) =>
        isSameName(subscriptionId, id),
      );
      return ok(found && describeSubscription(call, found));
    },
  },
];
