import { type ObservedFacts, observedFactsSchema } from "../../schemas/server-observation.ts";
import type { ServerObservation } from "../catalog/observation.ts";
import { failure } from "../diagnostics/diagnostic.ts";

/** CATALOG_NEWER_FORMAT for facts that only a newer version can read. */
export function readObservation({ server, facts }: ServerObservation): ObservedFacts {
  const read = observedFactsSchema.safeParse(facts);
  if (read.success) return read.data;
  throw failure({
    code: "CATALOG_NEWER_FORMAT",
    summary: "Observation of a newer version",
    detail: `The catalog holds what ${server} said in a form that this version of Holdfast cannot read, so drift cannot be told. Use the version that wrote it.`,
    address: server,
  });
}
