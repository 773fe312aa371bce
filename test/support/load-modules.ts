import type { ModuleFiles } from "../../core/config/configuration.ts";
import { loadText, sourceFile } from "./load-text.ts";

/** Loads files given as text, by path: those in no folder are the root's, the others belong to modules. */
export function loadModules(
  files: Readonly<Record<string, string>>,
  rest: Parameters<typeof loadText>[1] = {},
) {
  const isRoot = (path: string): boolean => !path.includes("/");
  const root = Object.entries(files).filter(([path]) => isRoot(path));
  const readModule = (directory: string): ModuleFiles => {
    const own = Object.entries(files).filter(
      ([path]) => path.slice(0, path.lastIndexOf("/")) === directory,
    );
    if (own.length === 0) return { kind: "absent" };
    return { kind: "files", files: own.map(([path, text]) => sourceFile(path, text)) };
  };
  return loadText(Object.fromEntries(root), { readModule, ...rest });
}
