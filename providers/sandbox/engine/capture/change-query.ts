import type { CaptureInstance } from "../../storage/change-capture.ts";
import { lsnOfBytes } from "../../storage/change-capture.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";
import type { FoundObject } from "../query/environment.ts";
import type { Activation } from "../session/activation.ts";
import { mayReadInstance } from "./instance-access.ts";
import { largestLsn } from "./lsn-functions.ts";

/** A call of one of the functions that read a change table. */
export interface ChangeQuery {
  readonly instance: CaptureInstance;
  readonly kind: "all" | "net";
}

/** Undefined for functions of users. */
export function changeQueryOf({ database, object }: FoundObject): ChangeQuery | undefined {
  if (!object.isSystem || database.catalog.captureInstances.size === 0) return undefined;
  for (const instance of database.catalog.captureInstances.values()) {
    if (instance.allChangesId === object.objectId) return { instance, kind: "all" };
    if (instance.netChangesId === object.objectId) return { instance, kind: "net" };
  }
  return undefined;
}

const OPTIONS: Readonly<Record<ChangeQuery["kind"], readonly string[]>> = {
  all: ["all", "all update old"],
  net: ["all", "all with mask", "all with merge"],
};

/**
 * Throws 313 for a range that is not between the low water mark and the newest commit that was captured, for its ends in the wrong
 * order, and for a filter that is none: the servers say so by calling a function with too few arguments
 * (learn.microsoft.com: cdc.fn_cdc_get_all_changes_<capture_instance>, remarks). Who may not read gets 229, of net changes 208
 * (permissions there and of cdc.fn_cdc_get_net_changes_<capture_instance>).
 */
export function checkChangeQuery(
  { instance, kind }: ChangeQuery,
  [from, to, option]: readonly SqlValue[],
  { found, activation }: { readonly found: FoundObject; readonly activation: Activation },
): void {
  const { database, object } = found;
  if (!mayReadInstance(instance, database, activation.core)) {
    if (kind === "net") raise(208, `Invalid object name 'cdc.${object.name}'.`);
    raise(
      229,
      `The SELECT permission was denied on the object '${object.name}', database '${database.options.name}', schema 'cdc'.`,
      { class: 14, state: 5 },
    );
  }
  const word = typeof option === "string" ? option.trim().toLowerCase() : "";
  const largest = largestLsn(activation, database);
  const isInside =
    from instanceof Uint8Array &&
    to instanceof Uint8Array &&
    largest !== undefined &&
    lsnOfBytes(from) >= instance.startLsn &&
    lsnOfBytes(from) <= lsnOfBytes(to) &&
    lsnOfBytes(to) <= largest;
  if (isInside && OPTIONS[kind].includes(word)) return;
  raise(
    313,
    `An insufficient number of arguments were supplied for the procedure or function cdc.fn_cdc_get_${kind}_changes_ ... .`,
    { state: 3 },
  );
}
