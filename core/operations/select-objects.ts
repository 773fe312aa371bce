import {
  type Address,
  compareAddresses,
  nameOfAddress,
  tryParseAddress,
} from "../address/address.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import {
  type AddressPattern,
  formatPattern,
  matchesAddress,
  patternOf,
  tryParsePattern,
} from "../plan/address-pattern.ts";

/**
 * The recorded objects that a person means: one by its address, all instances of a block, all of a module, or by a bare
 * name that one block has in whatever module. STATE_NOT_FOUND, RESOURCE_AMBIGUOUS.
 */
export function selectObjects(text: string, recorded: readonly Address[]): readonly Address[] {
  const pattern = meantPattern(text, recorded);
  const found =
    pattern === undefined
      ? []
      : recorded.filter((address) => matchesAddress(pattern, patternOf(address)));
  if (found.length === 0) throw notFound(text);
  return found;
}

/** As `selectObjects`, for what works on one object. */
export function selectObject(text: string, recorded: readonly Address[]): Address {
  const found = selectObjects(text, recorded);
  // `server.shop` is that object, also where there are instances of an earlier for_each.
  const exact = found.find((address) => address === tryParseAddress(text));
  const [only, ...others] = exact === undefined ? found : [exact];
  if (only === undefined || others.length > 0) throw ambiguous(text, found);
  return only;
}

/** The address pattern that a text stands for; undefined where it names nothing that is recorded. */
export function meantPattern(
  text: string,
  recorded: readonly Address[],
): AddressPattern | undefined {
  const pattern = tryParsePattern(text);
  if (pattern !== undefined) return pattern;
  // A bare name, with or without a key, becomes an address under any type.
  const bare = tryParseAddress(`object.${text}`);
  if (bare === undefined) return undefined;
  const { key } = patternOf(bare);
  const named = recorded
    .filter((address) => nameOfAddress(address) === nameOfAddress(bare))
    .map((address) => ({ ...patternOf(address), key }));
  const [first, ...others] = [...new Set(named.map(formatPattern))];
  if (others.length > 0) {
    const names = new Set([first, ...others]);
    throw ambiguous(
      text,
      recorded.filter((each) => names.has(formatPattern({ ...patternOf(each), key }))),
    );
  }
  return first === undefined ? undefined : tryParsePattern(first);
}

function ambiguous(text: string, found: readonly Address[]): DiagnosticError {
  const lines = found.toSorted(compareAddresses).map((address) => `    ${address}`);
  return failure({
    code: "RESOURCE_AMBIGUOUS",
    summary: "Ambiguous name",
    detail: `${text} could mean any of ${found.length} objects. Give the address of one, in single quotes where it has a key:\n\n${lines.join("\n")}`,
  });
}

function notFound(text: string): DiagnosticError {
  return failure({
    code: "STATE_NOT_FOUND",
    summary: "Object not recorded",
    detail: `The catalog records no object ${text}. An object that was written just now is recorded by apply. See what is recorded:\n\n    holdfast state list`,
  });
}
