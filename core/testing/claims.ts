import type { MomentDraft } from "./draft.ts";

/**
 * Whether a `then` can fail at all. Empty lists of all that ran, exists or is restorable claim that there is nothing;
 * an empty list of some instants or points claims nothing, nor does `database`, which only limits the rest.
 */
export function claimsSomething({ values }: MomentDraft["claims"]): boolean {
  const { base, expires, restorable, ran, visible, kept_by: keptBy } = values;
  const whole = [values.points, values.converted, restorable?.exactly ?? null];
  const lists = [ran, visible, keptBy].flatMap((lists) => Object.values(lists ?? {}));
  const some = [base, expires, restorable?.at, restorable?.not_at];
  return (
    [...whole, ...lists].some((claim) => claim !== null) ||
    some.some((claim) => Object.keys(claim ?? {}).length > 0)
  );
}
