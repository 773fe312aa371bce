import { type Address, partsOfAddress } from "../../../core/address/address.ts";
import type { JsonObject } from "../../../core/kit/json.ts";

/** How Terraform says where an object stands. */
export function toPlace(address: Address): JsonObject {
  const { module, type, name, key } = partsOfAddress(address);
  return {
    address,
    ...(module === "" ? {} : { module_address: module }),
    mode: "managed",
    type,
    name,
    ...(key === undefined ? {} : { index: key }),
  };
}
