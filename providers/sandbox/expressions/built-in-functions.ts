import {
  createRegistry,
  type FunctionDefinition,
  type FunctionRegistry,
} from "./function-registry.ts";
import { CHECKSUM_FUNCTIONS } from "./functions/checksums.ts";
import { CLOCK_FUNCTIONS } from "./functions/clock.ts";
import { COLLATION_FUNCTIONS } from "./functions/collation-property.ts";
import { COMPRESSION_FUNCTIONS } from "./functions/compression.ts";
import { DATE_FUNCTIONS } from "./functions/dates.ts";
import { FORMAT_FUNCTIONS } from "./functions/format.ts";
import { JSON_FUNCTIONS } from "./functions/json.ts";
import { MATH_FUNCTIONS } from "./functions/math.ts";
import { JOIN_FUNCTIONS } from "./functions/names-and-joins.ts";
import { OFFSET_FUNCTIONS } from "./functions/offsets.ts";
import { SEARCH_FUNCTIONS } from "./functions/search.ts";
import { SESSION_FUNCTIONS } from "./functions/session-facts.ts";
import { SLICE_FUNCTIONS } from "./functions/slices.ts";
import { SYSTEM_FUNCTIONS } from "./functions/system.ts";
import { TEXT_FUNCTIONS } from "./functions/text.ts";
import { TRIM_FUNCTIONS } from "./functions/trim.ts";

/** Every scalar function of this room. Metadata functions come from the catalog. */
const BUILT_IN_FUNCTIONS: readonly FunctionDefinition[] = [
  ...SYSTEM_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...SLICE_FUNCTIONS,
  ...OFFSET_FUNCTIONS,
  ...SESSION_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...TRIM_FUNCTIONS,
  ...SEARCH_FUNCTIONS,
  ...JOIN_FUNCTIONS,
  ...FORMAT_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...DATE_FUNCTIONS,
  ...CLOCK_FUNCTIONS,
  ...CHECKSUM_FUNCTIONS,
  ...COLLATION_FUNCTIONS,
  ...COMPRESSION_FUNCTIONS,
];

/** The registry that a BindScope carries: the built-in functions and those given, which win. */
export function functionRegistry(others: Iterable<FunctionDefinition> = []): FunctionRegistry {
  return createRegistry([...BUILT_IN_FUNCTIONS, ...others]);
}
