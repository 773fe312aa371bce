import { type Instant, toInstant } from "../../kit/clock.ts";
import { type BlobId, tryParseBlobId } from "../format/blob-names.ts";
import { Damage } from "../format/damage.ts";

/**
 * `writer` makes a point and can be fenced by its name. `reader` keeps the point that it reads. `verifier` looks at all,
 * so nothing is removed meanwhile. `collector` asks the store for its time.
 */
export type LeaseKind = "writer" | "reader" | "verifier" | "collector";

export interface LeaseContent {
  readonly kind: LeaseKind;
  readonly point: BlobId | undefined;
  /** The marks that the holder saw before it relied on anything. */
  readonly marks: readonly BlobId[];
  /** The latest time that stood in the vault. */
  readonly highest: Instant;
}

const KINDS: readonly string[] = ["writer", "reader", "verifier", "collector"];

export function encodeLease({ kind, point, marks, highest }: LeaseContent): Uint8Array {
  return Buffer.from(JSON.stringify({ format: 1, kind, point: point ?? null, marks, highest }));
}

/** Throws Damage. */
export function decodeLease(blob: string, bytes: Uint8Array): LeaseContent {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (!isRecord(value) || !isKind(value["kind"]) || typeof value["highest"] !== "number") {
    throw new Damage(blob, "holds no lease that this version can read");
  }
  const marks = Array.isArray(value["marks"]) ? value["marks"] : [];
  return {
    kind: value["kind"],
    point: tryParseBlobId(String(value["point"])),
    marks: marks.map((mark) => tryParseBlobId(String(mark))).filter((id) => id !== undefined),
    highest: toInstant(value["highest"]),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isKind(value: unknown): value is LeaseKind {
  return typeof value === "string" && KINDS.includes(value);
}
