import { tryParseAddress } from "../../core/address/address.ts";
import { shellWord } from "./shell-word.ts";

/** The command without `holdfast` that verifies a vault of the catalog, or one that is named by its place. */
export function verifyCommand(name: string): string {
  return isAddress(name) ? "verify" : `vault verify ${shellWord(name)}`;
}

/** Whether the name is a vault of the catalog, and no folder. */
export function isAddress(name: string): boolean {
  return !/[/\\]/.test(name) && name.includes("vault.") && tryParseAddress(name) !== undefined;
}
