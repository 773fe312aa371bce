import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { PLAN_FORMAT, planContentSchema } from "../../schemas/plan-file.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { Json } from "../kit/json.ts";
import type { Plan } from "./plan.ts";
import { type PlanSeal, seal, splitSealed, unseal } from "./plan-seal.ts";

/** A file of the configuration that a plan was made from, as it was read. */
interface PlanSource {
  readonly filename: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly digest: string;
  readonly text: string;
}

/** All that a plan file holds. No secret: those are read only when a connection is opened. */
export interface PlanContent {
  readonly plan: Plan;
  /** From then on nobody applies or approves it. */
  readonly validUntil: Instant;
  /** `user@host`, and the version of Holdfast. */
  readonly made: { readonly by: string; readonly version: string };
  readonly sources: readonly PlanSource[];
  /** Of the root module, sensitive ones too; never an ephemeral one. */
  readonly variables: readonly {
    readonly name: string;
    readonly value: Json;
    readonly sensitive: boolean;
  }[];
  /** What the servers said. */
  readonly observations: readonly { readonly server: string; readonly facts: Json }[];
}

/*
 * What is sealed is a zstd frame of JSON lines: the first is everything but the changes of recovery points, of which each
 * has a line of its own, since a million of them is more than one text can hold.
 */

const LINES_AT_ONCE = 10_000;
const LINE_FEED = 0x0a;

/** The bytes of `plan -out FILE`. */
export function encodePlanFile(content: PlanContent, by: PlanSeal): Uint8Array {
  const { recoveryPointChanges, ...plan } = content.plan;
  const pieces = [Buffer.from(`${JSON.stringify({ ...content, plan })}\n`)];
  for (let at = 0; at < recoveryPointChanges.length; at += LINES_AT_ONCE) {
    const lines = recoveryPointChanges.slice(at, at + LINES_AT_ONCE);
    pieces.push(Buffer.from(lines.map((each) => `${JSON.stringify(each)}\n`).join("")));
  }
  return seal(zstdCompressSync(Buffer.concat(pieces)), by);
}

/** The catalog that a file is read with. */
export interface PlanKey {
  readonly lineage: string;
  /** Undefined of a catalog that never made a plan file. */
  readonly key: Uint8Array | undefined;
}

/**
 * Gives back what `encodePlanFile` got, or throws: PLAN_UNREADABLE for what is no plan file, PLAN_OLD_FORMAT,
 * PLAN_NEWER_FORMAT, PLAN_FOREIGN for one of another catalog, PLAN_ALTERED where a bit of it is not as it was written.
 * `filename` is for the message.
 */
export function decodePlanFile(
  bytes: Uint8Array,
  { lineage, key }: PlanKey,
  filename: string,
): PlanContent {
  const sealed = splitSealed(bytes);
  if (sealed === undefined) throw isOldFormat(bytes) ? oldFormat(filename) : unreadable(filename);
  const { header } = sealed;
  if (header.format > PLAN_FORMAT) throw newerFormat(filename, header.format);
  if (header.format < PLAN_FORMAT) throw oldFormat(filename);
  if (header.lineage !== lineage) throw foreign(filename);
  const content = key === undefined ? undefined : unseal(sealed, key);
  if (content === undefined) throw altered(filename);
  const parsed = planContentSchema.safeParse(parseLines(zstdDecompressSync(content)));
  if (!parsed.success) throw unreadable(filename, parsed.error);
  // The seal shows that `encodePlanFile` wrote it, so the codes of its diagnostics are codes.
  return parsed.data as unknown as PlanContent;
}

/** Of bytes that `encodePlanFile` made. */
function parseLines(bytes: Uint8Array): unknown {
  const decoder = new TextDecoder();
  const [head, ...recoveryPointChanges] = linesOf(bytes).map((line): unknown =>
    JSON.parse(decoder.decode(line)),
  );
  const { plan, ...rest } = head as { readonly plan: object };
  return { ...rest, plan: { ...plan, recoveryPointChanges } };
}

function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, from)) {
    lines.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return lines;
}

/** Formats 1 and 2 were one JSON object, canonical, that anybody could have written. */
function isOldFormat(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 128));
  return /^\{"digest":"[0-9a-f]{64}","format":[12],/.test(start);
}

const AGAIN = "Make a new one:\n\n    holdfast plan -out FILE";

function unreadable(filename: string, cause?: unknown): DiagnosticError {
  const detail = `${filename} is not a plan file, or it was cut short. Nothing was applied. ${AGAIN}`;
  return failure({ code: "PLAN_UNREADABLE", summary: "Unreadable plan file", detail }, cause);
}

function altered(filename: string): DiagnosticError {
  return failure({
    code: "PLAN_ALTERED",
    summary: "Altered plan file",
    detail: `${filename} is not as plan wrote it: it was changed or damaged since, so it is not the plan that was shown. Nothing was applied. ${AGAIN}`,
  });
}

function foreign(filename: string): DiagnosticError {
  return failure({
    code: "PLAN_FOREIGN",
    summary: "Plan of another catalog",
    detail: `${filename} was made from another catalog than the one in use, and only that one can open it. Nothing was applied. Go to the project that it belongs to, or check the catalog of the holdfast block and make a new plan.`,
  });
}

function oldFormat(filename: string): DiagnosticError {
  return failure({
    code: "PLAN_OLD_FORMAT",
    summary: "Plan file of an old format",
    detail: `${filename} was made by an earlier version of Holdfast, whose plan files do not prove who wrote them. Nothing was applied. ${AGAIN}`,
  });
}

function newerFormat(filename: string, format: number): DiagnosticError {
  return failure({
    code: "PLAN_NEWER_FORMAT",
    summary: "Plan file of a newer format",
    detail: `${filename} has format ${format}, and this version of Holdfast knows formats up to ${PLAN_FORMAT}. Nothing was applied. Apply it with the version that made it, or make a new plan.`,
  });
}
