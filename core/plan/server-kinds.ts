import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { DesiredResource } from "../config/configuration.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { kindMismatch } from "../resource/kind-mismatch.ts";
import type { Observations } from "./observed.ts";

/** Servers that call themselves something else than the configuration does. */
export function serverKindWarnings(
  desired: Iterable<DesiredResource>,
  observed: Observations,
): readonly Diagnostic[] {
  return [...desired].flatMap((resource) => {
    const { address, range } = resource;
    const server = attributesOf(resource, "server");
    const said = observed.get(address);
    if (server === undefined || said?.status !== "observed") return [];
    const { kind, host } = server;
    const warning = kindMismatch({ address, kind, host }, said.facts);
    return warning === undefined ? [] : [{ ...warning, subject: range }];
  });
}
