import { parseByteCount } from "../../../core/kit/bytes.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import type { BlobInfo, BlobName, BlobTier } from "../../../core/storage/blob-store.ts";

/** What the service says of a blob, in a listing or in the answer to a look-up. */
export interface Properties {
  readonly contentLength?: number;
  readonly lastModified?: Date;
  readonly accessTier?: string;
  readonly archiveStatus?: string;
  readonly accessTierChangedOn?: Date;
  readonly immutabilityPolicyExpiresOn?: Date;
  readonly legalHold?: boolean;
}

const TIERS = new Map<string, BlobTier>([
  ["hot", "hot"],
  ["cool", "cool"],
  ["cold", "cold"],
  ["archive", "archive"],
]);

/** Of JavaScript. */
const LAST_INSTANT = 8.64e15;

export function infoOf(name: BlobName, properties: Properties): BlobInfo {
  const { contentLength, lastModified } = properties;
  return {
    name,
    size: parseByteCount(contentLength ?? Number.NaN),
    writtenAt: toInstant(lastModified?.getTime() ?? Number.NaN),
    ...tierOf(properties),
    ...protectionOf(properties),
  };
}

function tierOf({ accessTier, archiveStatus, accessTierChangedOn }: Properties) {
  const tier = TIERS.get(accessTier?.toLowerCase() ?? "");
  const target = TIERS.get(archiveStatus?.replace("rehydrate-pending-to-", "") ?? "");
  return {
    ...(tier && { tier }),
    ...(target && { rehydratingTo: target }),
    ...(accessTierChangedOn && { tierChangedAt: toInstant(accessTierChangedOn.getTime()) }),
  };
}

/** A legal hold has no end. */
function protectionOf({ legalHold, immutabilityPolicyExpiresOn }: Properties) {
  const until = legalHold === true ? LAST_INSTANT : immutabilityPolicyExpiresOn?.getTime();
  return until === undefined ? {} : { immutableUntil: toInstant(until) };
}
