import { raise } from "./sql-exception.ts";

/** How strongly an expression of a character type insists on its collation ("Collation Precedence" of the T-SQL reference). */
export type CollationLabel = "coercible" | "implicit" | "explicit" | "none";

export interface LabelledCollation {
  readonly collation: string | undefined;
  readonly label: CollationLabel;
}

const STRENGTH: Readonly<Record<CollationLabel, number>> = {
  coercible: 0,
  implicit: 1,
  none: 2,
  explicit: 3,
};

/** The collation of an operation on two texts. Two explicit ones that differ are refused (468); two implicit ones give "none". */
export function meetCollations(
  left: LabelledCollation,
  right: LabelledCollation,
  operation: string,
): LabelledCollation {
  if (left.label === "explicit" && right.label === "explicit" && !isSame(left, right)) {
    return refuseConflict(left, right, operation);
  }
  if (STRENGTH[left.label] !== STRENGTH[right.label]) {
    return STRENGTH[left.label] > STRENGTH[right.label] ? left : right;
  }
  if (left.label === "implicit" && !isSame(left, right)) {
    return { collation: left.collation, label: "none" };
  }
  return left;
}

function isSame(left: LabelledCollation, right: LabelledCollation): boolean {
  return left.collation?.toLowerCase() === right.collation?.toLowerCase();
}

/** 468: the operation needs one collation, and there is none. */
export function refuseConflict(
  left: LabelledCollation,
  right: LabelledCollation,
  operation: string,
): never {
  raise(
    468,
    `Cannot resolve the collation conflict between "${right.collation ?? ""}" and "${left.collation ?? ""}" in the ${operation} operation.`,
    { state: 9 },
  );
}
