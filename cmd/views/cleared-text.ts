import { formatCounted } from "./count-text.ts";

/** A point that a person cleared, and what still freezes its backup set. */
interface Cleared {
  readonly point: {
    readonly id: string;
    readonly backupSet: string;
    readonly database: string;
    readonly cleared: { readonly at: number; readonly by: string; readonly reason: string | null };
  };
  readonly freeze: { readonly suspects: readonly { readonly id: string }[] } | null;
}

/** Says that the point is cleared, and whether purges go on. */
export function formatCleared({ point, freeze }: Cleared): string {
  const { id, backupSet, database } = point;
  const done = `The recovery point ${id.slice(0, 12)} of ${database} is cleared.`;
  const [next] = freeze?.suspects ?? [];
  if (freeze === null || next === undefined) {
    return `${done} Points of ${backupSet} are purged again when their retention gives them up.\n`;
  }
  const others = formatCounted(freeze.suspects.length, "other point");
  const are = freeze.suspects.length === 1 ? "is" : "are";
  return `${done} ${others} of ${backupSet} ${are} still suspect, so nothing of it is purged. The first is:\n\n    holdfast explain ${next.id.slice(0, 12)}\n`;
}

export function clearedToJson({ point, freeze }: Cleared) {
  const { id, backupSet, database, cleared } = point;
  return {
    type: "summary",
    status: "successful",
    point: id,
    backup_set: backupSet,
    database,
    cleared: { ...cleared, at: new Date(cleared.at).toISOString() },
    suspects_left: freeze?.suspects.map((suspect) => suspect.id) ?? [],
  };
}
