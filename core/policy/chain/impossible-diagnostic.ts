import { type Diagnostic, errorDiagnostic } from "../../diagnostics/diagnostic.ts";
import type { Instant } from "../../kit/clock.ts";
import type { SetGuid } from "./guid.ts";
import type { Impossible } from "./restore-target.ts";

/** Says to the user why nothing can be restored to the target, and what can be done about it. */
export function impossibleDiagnostic(impossible: Impossible): Diagnostic {
  return errorDiagnostic({ code: "RESTORE_NO_WAY", ...textOf(impossible) });
}

interface Text {
  readonly summary: string;
  readonly detail: string;
}

function textOf(impossible: Impossible): Text {
  if ("base" in impossible) return textOfBase(impossible);
  return "set" in impossible ? textOfSet(impossible) : textOfWay(impossible);
}

type Of<Reason extends Impossible["reason"]> = Extract<Impossible, { readonly reason: Reason }>;

function textOfWay(impossible: Exclude<Impossible, { readonly set: SetGuid }>): Text {
  switch (impossible.reason) {
    case "no_full_before":
    case "log_gap":
    case "log_ends_before":
      return textOfMoment(impossible);
    case "fork_ambiguous":
    case "fork_unknown":
      return textOfFork(impossible);
    case "mark_unknown":
    case "mark_ambiguous":
      return textOfMark(impossible);
    default:
      return impossible satisfies never;
  }
}

function textOfSet(
  impossible: Of<"unknown_point" | "damaged" | "stripes_missing" | "bulk_logged">,
): Text {
  const { reason, set } = impossible;
  switch (reason) {
    case "unknown_point":
      return {
        summary: "No such recovery point",
        detail: `There is no backup set ${set}. Choose one that holdfast points lists.`,
      };
    case "damaged":
      return {
        summary: "Damaged backup",
        detail: `Backup set ${set} is damaged and cannot be relied on. Choose another point, and take a full backup soon.`,
      };
    case "stripes_missing":
      return {
        summary: "Part of a backup missing",
        detail: `Backup set ${set} was written in stripes, and it cannot be read without all of them. Missing: ${impossible.stripes.join(", ")}. Find these files.`,
      };
    case "bulk_logged":
      return {
        summary: "Moment within bulk-logged changes",
        detail: `The log of backup set ${set} holds bulk-logged changes, and SQL Server does not stop within such a log. Choose a moment before it, or its end at ${formatMoment(impossible.end)}.`,
      };
    default:
      return reason satisfies never;
  }
}

function textOfMoment(impossible: Of<"no_full_before" | "log_gap" | "log_ends_before">): Text {
  switch (impossible.reason) {
    case "no_full_before":
      return {
        summary: "No full backup early enough",
        detail:
          "No full backup that can be used had finished by that moment, and everything else builds on one. Choose a later moment.",
      };
    case "log_gap":
      return {
        summary: "Log missing",
        detail: `The log from ${impossible.from} to ${impossible.to} is in no backup at hand, so no later log can be applied. Look for a log backup that somebody else took and import it, or choose a moment before the gap or after the next full or differential.`,
      };
    case "log_ends_before":
      return {
        summary: "Moment not backed up yet",
        detail: `The newest backup reaches to ${formatMoment(impossible.newest)}. Choose a moment up to there; or back up the log, if the database still runs.`,
      };
    default:
      return impossible satisfies never;
  }
}

function textOfBase(impossible: Of<"base_missing" | "several_bases" | "base_contradicts">): Text {
  const { reason, set, base } = impossible;
  const why = {
    base_missing: `builds on the full ${base ?? "of an unknown name"}, which is not at hand. Import that full if it exists somewhere`,
    several_bases:
      "builds on several fulls, one for each of some files; such a backup cannot be restored by this version. Restore it with SQL Server's own tools",
    base_contradicts: `names ${base ?? "nothing"} as its base, which is no full that it can build on. Verify where both come from`,
  };
  return {
    summary: "Differential without its base",
    detail: `The differential ${set} ${why[reason]}, or choose another point.`,
  };
}

function textOfFork(impossible: Of<"fork_ambiguous" | "fork_unknown">): Text {
  if (impossible.reason === "fork_unknown") {
    return {
      summary: "Unknown history",
      detail: `No backup ends on the recovery fork ${impossible.fork}.`,
    };
  }
  return {
    summary: "Moment of two histories",
    detail: `The database was restored to an earlier moment and went on from there, so this moment came twice. Choose a recovery point instead, or say which history is meant: ${impossible.forks.join(", ")}.`,
  };
}

function textOfMark(impossible: Of<"mark_unknown" | "mark_ambiguous">): Text {
  const { name } = impossible;
  if (impossible.reason === "mark_unknown") {
    return {
      summary: "No such mark",
      detail: `No log backup at hand has a transaction marked ${name}. Logs that were backed up on a secondary have no marks at all: choose a moment instead.`,
    };
  }
  return {
    summary: "Mark made several times",
    detail: `Transactions marked ${name} were committed at ${impossible.at.map(formatMoment).join(", ")}. Say after which moment the wanted one came.`,
  };
}

function formatMoment(at: Instant): string {
  return new Date(at).toISOString();
}
