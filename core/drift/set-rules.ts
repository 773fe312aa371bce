import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { JsonObject } from "../kit/json.ts";
import { profileOf } from "../policy/chain/cdc-profile.ts";
import type { SetRule } from "./subject.ts";

interface Resource {
  readonly address: Address;
  readonly type: string;
  readonly attributes: JsonObject;
}

/** The backup sets among these objects whose policy is among them too. */
export function setRulesOf(resources: Iterable<Resource>): readonly SetRule[] {
  const all = [...resources];
  const byAddress = new Map<string, Resource>(all.map((each) => [each.address, each]));
  return all.flatMap((resource) => {
    const set = attributesOf(resource, "backup_set");
    const policyObject = set && byAddress.get(set.policy);
    const policy = policyObject && attributesOf(policyObject, "policy");
    if (set === undefined || policy === undefined) return [];
    const { method, log } = policy;
    const { address } = resource;
    const server = byAddress.get(set.server);
    return [
      {
        address,
        server: set.server,
        selection: set.databases,
        method,
        hasLog: log !== null,
        profile: profileOf(policy),
        serverKind: server && attributesOf(server, "server")?.kind,
      },
    ];
  });
}
