import { Damage } from "./damage.ts";

/** Verified bytes of which a listing was to be made, and cannot be: who wrote them was wrong. */
export class NotListing extends RangeError {
  override readonly name = "NotListing";

  constructor() {
    super("not a listing");
  }
}

/** A NotListing as the Damage of the blob that names it, which is whole itself; anything else comes back as it is. */
export function blamedOn(owner: string, error: unknown): unknown {
  if (!(error instanceof NotListing)) return error;
  return new Damage(owner, "names a chunk that is no listing", { cause: error });
}
