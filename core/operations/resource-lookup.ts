import {
  attributesOf,
  type ResourceAttributes,
  type ResourceType,
} from "../../schemas/blocks/resources.ts";
import { type Address, compareAddresses, tryParseAddress } from "../address/address.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { JsonObject } from "../kit/json.ts";
import { findAddress } from "./find-address.ts";

interface Resource {
  readonly address: Address;
  readonly type: string;
  readonly attributes: JsonObject;
}

/** Resources by address: of a configuration, or of a catalog. */
export class ResourceLookup {
  readonly #byAddress: ReadonlyMap<string, Resource>;

  constructor(resources: readonly Resource[]) {
    this.#byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  }

  /** BACKUP_NOT_CONFIGURED when nothing of that type has the address. */
  get<T extends ResourceType>(address: string, type: T): ResourceAttributes<T> {
    const resource = this.#byAddress.get(address);
    const attributes = resource === undefined ? undefined : attributesOf(resource, type);
    if (attributes === undefined) throw this.#missing(address, type);
    return attributes;
  }

  tryGet<T extends ResourceType>(address: string, type: T): ResourceAttributes<T> | undefined {
    const resource = this.#byAddress.get(address);
    return resource === undefined ? undefined : attributesOf(resource, type);
  }

  /** In the order of `compareAddresses`. */
  all(type: ResourceType): readonly Address[] {
    return [...this.#byAddress.values()]
      .filter((each) => each.type === type)
      .map(({ address }) => address)
      .sort(compareAddresses);
  }

  /** The address that a user means by `backup_set.orders` or by `orders`. BACKUP_NOT_CONFIGURED, RESOURCE_AMBIGUOUS. */
  find(text: string, type: ResourceType): Address {
    const found = findAddress(text, type, this.all(type));
    if (found === undefined) throw this.#missing(tryParseAddress(text) ?? text, type);
    return found;
  }

  #missing(address: string, type: ResourceType): DiagnosticError {
    const known = this.all(type);
    const wanted = tryParseAddress(address) ?? tryParseAddress(`${type}.${address}`) ?? address;
    const others =
      known.length === 0
        ? `The catalog has no ${type} at all. Write one, then run:\n\n    holdfast apply`
        : `The catalog has: ${known.join(", ")}. If it is new in the configuration, run holdfast apply first.`;
    return failure({
      code: "BACKUP_NOT_CONFIGURED",
      summary: "Resource not configured",
      detail: `There is no ${wanted} in the catalog. ${others}`,
    });
  }
}
