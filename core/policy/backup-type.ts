/** Types a method can run (product contract, table of methods). */
export const METHOD_TYPES = {
  snapshot: ["full"],
  cdc: ["full", "cdc"],
  isolated_copy: ["full"],
  native: ["full", "differential", "log", "tail"],
  files: ["full", "differential", "log", "tail"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type MethodName = keyof typeof METHOD_TYPES;
export type TypeName = "full" | "differential" | "log" | "cdc" | "tail";

/** Whether the method can run backups of that type. */
export function isRunnable(method: MethodName, type: TypeName): boolean {
  return (METHOD_TYPES[method] as readonly TypeName[]).includes(type);
}

/** What `backup` runs without `-type`: the method's increment (B-29). */
export function incrementOf(method: MethodName): TypeName {
  switch (method) {
    case "native":
    case "files":
      return "differential";
    case "cdc":
      return "cdc";
    case "snapshot":
    case "isolated_copy":
      return "full";
    default:
      return method satisfies never;
  }
}
