import { COLLECTION_FUNCTIONS, NUMBER_FUNCTIONS } from "./collection-functions.ts";
import type { FunctionGroup } from "./function-text.ts";
import { FILE_FUNCTIONS, HASH_FUNCTIONS, NETWORK_FUNCTIONS } from "./outside-functions.ts";
import { ENCODING_FUNCTIONS, TEXT_FUNCTIONS } from "./text-functions.ts";
import { ASSUMPTION_FUNCTIONS, TIME_FUNCTIONS, TYPE_FUNCTIONS } from "./value-functions.ts";

/** All functions, in the order of the page. */
export const FUNCTION_GROUPS: readonly FunctionGroup[] = [
  TEXT_FUNCTIONS,
  NUMBER_FUNCTIONS,
  COLLECTION_FUNCTIONS,
  TYPE_FUNCTIONS,
  TIME_FUNCTIONS,
  FILE_FUNCTIONS,
  ENCODING_FUNCTIONS,
  NETWORK_FUNCTIONS,
  HASH_FUNCTIONS,
  ASSUMPTION_FUNCTIONS,
];
