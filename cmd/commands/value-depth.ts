import type { Value } from "../../core/language/values/value.ts";

/** Whether collections stand in each other more than `limit` levels deep; looks no deeper than that. */
export function isDeeperThan(value: Value, limit: number): boolean {
  if (value.kind !== "sequence" && value.kind !== "mapping") return false;
  if (limit === 0) return true;
  for (const member of value.content.values()) if (isDeeperThan(member, limit - 1)) return true;
  return false;
}
