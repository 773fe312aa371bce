import type { Brand } from "../kit/brand.ts";

/** What a configuration object is called: `backup_set.orders`, `server.orders`. */
export type Address = Brand<string, "Address">;

const ADDRESS = /^[a-z_]+\.[A-Za-z_][A-Za-z0-9_-]*$/;

/** Undefined when the text is not an address. */
export function tryParseAddress(text: string): Address | undefined {
  return ADDRESS.test(text) ? (text as Address) : undefined;
}

/** Throws RangeError when `type` and `name` do not make an address. */
export function formatAddress(type: string, name: string): Address {
  const address = tryParseAddress(`${type}.${name}`);
  if (address === undefined) throw new RangeError(`not an address: ${type}.${name}`);
  return address;
}

/** `backup_set` of `backup_set.orders`. */
export function typeOfAddress(address: Address): string {
  return address.slice(0, address.indexOf("."));
}

/** `orders` of `backup_set.orders`. */
export function nameOfAddress(address: Address): string {
  return address.slice(address.indexOf(".") + 1);
}
