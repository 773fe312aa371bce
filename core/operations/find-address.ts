import {
  type Address,
  compareAddresses,
  partsOfAddress,
  tryParseAddress,
} from "../address/address.ts";
import { failure } from "../diagnostics/diagnostic.ts";

/**
 * The object that a person means: by its address, by its block's address where that has one instance, or by a bare name
 * (`orders`, `orders["eu"]`) that one object has in whatever module. Undefined when there is none; RESOURCE_AMBIGUOUS
 * lists those that could be meant.
 */
export function findAddress(
  text: string,
  type: string,
  known: Iterable<Address>,
): Address | undefined {
  const all = [...new Set(known)];
  const written = tryParseAddress(text);
  const exact = all.find((address) => address === written);
  const wanted = written ?? tryParseAddress(`${type}.${text}`);
  if (exact !== undefined || wanted === undefined) {
    return exact !== undefined && partsOfAddress(exact).type === type ? exact : undefined;
  }
  const parts = partsOfAddress(wanted);
  if (parts.type !== type) return undefined;
  const meant = all.filter((address) => {
    const own = partsOfAddress(address);
    const isThere = written === undefined || own.module === parts.module;
    const isInstance = parts.key === undefined || own.key === parts.key;
    return isThere && isInstance && own.type === type && own.name === parts.name;
  });
  if (meant.length < 2) return meant[0];
  const lines = meant.sort(compareAddresses).map((address) => `    ${address}`);
  throw failure({
    code: "RESOURCE_AMBIGUOUS",
    summary: "Ambiguous name",
    detail: `${text} could mean any of ${meant.length} objects. Give the address of one, in single quotes where it has a key:\n\n${lines.join("\n")}`,
  });
}
