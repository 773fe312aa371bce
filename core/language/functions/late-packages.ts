import type * as Bcrypt from "bcryptjs";
import type * as Iconv from "iconv-lite";
import type * as Re2 from "re2js";

/**
 * Packages that few configurations need, 5 to 7 ms each: a call loads its package, so that every command that calls
 * none of these functions starts without them.
 */
export interface LatePackages {
  readonly re2: () => typeof Re2;
  readonly iconv: () => typeof Iconv;
  readonly bcrypt: () => typeof Bcrypt;
}
