import { createRequire } from "node:module";
import { loadBlake3 } from "../../cmd/wiring/blake3.ts";

/** Undefined where its addon does not run. */
export const NATIVE_BLAKE3 = loadBlake3(createRequire(import.meta.url));
