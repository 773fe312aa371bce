import { homedir } from "node:os";
import { join } from "node:path";

/** Where a program keeps what is of use to it and no loss: `$XDG_STATE_HOME/holdfast`, on Windows below `%LOCALAPPDATA%`. */
export function stateFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  home = homedir(),
): string {
  const local = process.platform === "win32" ? environment["LOCALAPPDATA"] : undefined;
  const xdg = environment["XDG_STATE_HOME"];
  const base = local ?? (xdg?.startsWith("/") === true ? xdg : join(home, ".local", "state"));
  return join(base, "holdfast");
}
