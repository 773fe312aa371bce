import { joinMarks } from "../values/marks.ts";
import type { Value } from "../values/value.ts";
import type { FunctionFault } from "./function-declaration.ts";
import type { FunctionFiles } from "./function-environment.ts";
import { textOf } from "./parameter.ts";
import { showArgument } from "./shown-argument.ts";

/** A path as a message may show it. */
export function showPath(path: Value, ...others: readonly Value[]): string {
  const marks = joinMarks(path.marks, ...others.map((other) => other.marks));
  return showArgument({ ...path, marks }, JSON.stringify(textOf(path)));
}

/** The path with a leading `~` replaced by the user's home. */
export function expandHome(path: string, home: string | undefined): string | FunctionFault {
  if (!path.startsWith("~")) return path;
  if (path.length > 1 && !/^~[/\\]/.test(path)) {
    return { fault: "the home of another user cannot be found; write its path", argument: 0 };
  }
  if (home === undefined) {
    return { fault: "the home of the user is not known; write its path", argument: 0 };
  }
  return cleanPath(`${home}/${path.slice(1)}`);
}

/** The path without empty, `.` and needless `..` steps; `.` where nothing is left. */
export function cleanPath(path: string): string {
  const isAbsolute = path.startsWith("/");
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else if (!isAbsolute) steps.push("..");
  }
  const joined = steps.join("/");
  return isAbsolute ? `/${joined}` : joined || ".";
}

/** The bytes of the file that an argument names. */
export function readArgumentFile(
  files: FunctionFiles,
  path: Value,
): { readonly bytes: Uint8Array } | FunctionFault {
  const expanded = expandHome(textOf(path), files.home);
  if (typeof expanded !== "string") return expanded;
  const read = files.readBytes(expanded);
  if (!("fault" in read)) return read;
  const found = files.kindOf(expanded);
  const isMissing = "kind" in found && found.kind === undefined;
  return {
    fault: isMissing
      ? `no file exists at ${showPath(path)}; a relative path starts at the configuration's folder`
      : `${showPath(path)} cannot be read, because ${read.fault}`,
    argument: 0,
  };
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of the file that an argument names. */
export function readArgumentText(
  files: FunctionFiles,
  path: Value,
): { readonly text: string } | FunctionFault {
  const read = readArgumentFile(files, path);
  if ("fault" in read) return read;
  try {
    return { text: UTF8.decode(read.bytes) };
  } catch {
    return {
      fault: `${showPath(path)} is not UTF-8 text; filebase64 reads it as Base64, and functions such as filesha256 give its hash`,
      argument: 0,
    };
  }
}
