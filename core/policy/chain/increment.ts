/** What `backup` runs without `-type`: the method's increment (B-29). */
export function incrementOf(
  method: "snapshot" | "cdc" | "isolated_copy" | "native" | "files",
): "full" | "differential" | "cdc" {
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
