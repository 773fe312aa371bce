import { createRequire } from "node:module";
import type { LatePackages } from "../../core/language/functions/late-packages.ts";

/** Functions of the language are synchronous, so `import()` cannot serve them. */
const load = createRequire(import.meta.url);

/* The casts hold: the types are those of the packages themselves. */
export const LATE_PACKAGES: LatePackages = {
  re2: () => load("re2js") as ReturnType<LatePackages["re2"]>,
  iconv: () => load("iconv-lite") as ReturnType<LatePackages["iconv"]>,
  bcrypt: () => load("bcryptjs") as ReturnType<LatePackages["bcrypt"]>,
};
