import type { FunctionDefinition } from "../expressions/function-registry.ts";
import { factFunction } from "../expressions/functions/scalar-function.ts";
import { CERTIFICATE_FUNCTIONS } from "./certificate-functions.ts";
import type { MetadataFunction } from "./metadata-function.ts";
import { OBJECT_FUNCTIONS } from "./object-functions.ts";
import { PROPERTY_FUNCTIONS } from "./object-properties.ts";
import { PRINCIPAL_FUNCTIONS } from "./principal-functions.ts";
import { SERVER_FUNCTIONS } from "./server-properties.ts";

const ALL: readonly MetadataFunction[] = [
  ...OBJECT_FUNCTIONS,
  ...PROPERTY_FUNCTIONS,
  ...PRINCIPAL_FUNCTIONS,
  ...SERVER_FUNCTIONS,
  ...CERTIFICATE_FUNCTIONS,
];

/** For the registry of built-in functions: their values are asked of the session by name. */
export const METADATA_FUNCTIONS: readonly FunctionDefinition[] = ALL.map(factFunction);

/** How the catalog answers when the session passes such a question on. */
export const METADATA_FACTS: ReadonlyMap<string, MetadataFunction["value"]> = new Map(
  ALL.map(({ name, value }) => [name, value]),
);
