import { type SshPublicKeyLine, tryParsePublicKeyLine } from "../../ssh/public-key.ts";
import { signaturesIn, verifySignature } from "../../ssh/signature.ts";
import type { ApprovalRule } from "./approval-rule.ts";

/** What an approval of a plan is a signature for, so that a signature made for anything else is none. */
export const APPROVAL_NAMESPACE = "holdfast-plan";

/** Somebody whose key a rule declares. */
export interface Approver {
  /** The comment of the key, or its fingerprint where it has none. */
  readonly name: string;
  readonly fingerprint: string;
}

export interface PlanApprovals {
  /** The most that a rule asks for; 0 where the plan needs none. */
  readonly needed: number;
  /** How many more are needed until every rule is met. */
  readonly missing: number;
  /** Who approved, by a key that every rule declares. */
  readonly valid: readonly Approver[];
  /** Who approved, by a key that any of the rules declares. */
  readonly approvers: readonly Approver[];
  /** Who may still. */
  readonly open: readonly Approver[];
}

/** Signatures of a plan file's bytes, in text: as `approve` keeps them beside it, or as ssh-keygen writes them. */
export interface SignedPlan {
  readonly bytes: Uint8Array;
  readonly approvals: string;
}

/** A signature counts once for each key; one that is not right, or of a key that nobody declared, not at all. */
export function countApprovals(
  { bytes, approvals }: SignedPlan,
  rules: readonly ApprovalRule[],
): PlanApprovals {
  const what = { message: bytes, namespace: APPROVAL_NAMESPACE };
  const signers = signaturesIn(approvals).flatMap((each) => verifySignature(each, what) ?? []);
  const signed = new Set(signers.map(({ fingerprint }) => fingerprint));
  const declared = rules.map(({ keys }) => declaredKeys(keys));
  const everybody = new Map(declared.flatMap((keys) => [...keys]));
  const has = ({ fingerprint }: Approver) => signed.has(fingerprint);
  const missing = rules.map(({ purge }, index) => {
    const own = [...(declared[index]?.values() ?? [])];
    return Math.max(0, purge - own.filter(has).length);
  });
  const all = [...everybody.values()];
  const isEverywhere = ({ fingerprint }: Approver) =>
    declared.every((keys) => keys.has(fingerprint));
  return {
    needed: Math.max(0, ...rules.map(({ purge }) => purge)),
    missing: Math.max(0, ...missing),
    valid: all.filter(has).filter(isEverywhere),
    approvers: all.filter(has),
    open: all.filter((each) => !has(each)),
  };
}

/** By fingerprint: a key that is written twice is one key. */
export function declaredKeys(lines: readonly string[]): ReadonlyMap<string, Approver> {
  const keys = lines.flatMap((line) => tryParsePublicKeyLine(line) ?? []);
  return new Map(keys.map((key) => [key.fingerprint, approverOf(key)]));
}

function approverOf({ comment, fingerprint }: SshPublicKeyLine): Approver {
  return { name: comment === "" ? fingerprint : comment, fingerprint };
}
