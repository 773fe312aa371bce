import { stringValue } from "../values/value.ts";
import { STRING } from "../values/value-type.ts";
import { cleanPath, expandHome } from "./file-path.ts";
import { type EagerFunction, type FunctionFault, isFault } from "./function-declaration.ts";
import type { FunctionFiles } from "./function-environment.ts";
import { stringParameter, textOf } from "./parameter.ts";

/** Functions of paths as texts; paths are written with `/` on every system. */
export function pathFunctions(files: FunctionFiles): readonly EagerFunction[] {
  return [
    onPath("abspath", (path) => files.resolve(path)),
    onPath("basename", basename),
    onPath("dirname", dirname),
    onPath("pathexpand", (path) => {
      const expanded = expandHome(path, files.home);
      return typeof expanded === "string" ? expanded : { fault: expanded.fault };
    }),
  ];
}

function onPath(name: string, convert: (path: string) => string | FunctionFault): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [stringParameter("path")],
    returns: STRING,
    neverNull: true,
    call([path]) {
      const converted = convert(textOf(path));
      return typeof converted === "object" && isFault(converted)
        ? converted
        : stringValue(converted);
    },
  };
}

function basename(path: string): string {
  if (path === "") return ".";
  return path.split("/").findLast((step) => step !== "") ?? "/";
}

function dirname(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf("/") + 1));
}
