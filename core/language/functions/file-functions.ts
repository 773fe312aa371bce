import { createHash } from "node:crypto";
import { withMarks } from "../values/marks.ts";
import { setValue } from "../values/set.ts";
import { boolValue, stringValue, type Value } from "../values/value.ts";
import { BOOL, STRING, setType } from "../values/value-type.ts";
import { expandHome, readArgumentFile, readArgumentText, showPath } from "./file-path.ts";
import { findFiles, PatternError } from "./file-set.ts";
import type { EagerFunction, FunctionFault, FunctionParameter } from "./function-declaration.ts";
import type { FunctionFiles } from "./function-environment.ts";
import { stringParameter, textOf } from "./parameter.ts";

/** Marks stay on, so that a message can hide a sensitive path. */
const PATH: FunctionParameter = { ...stringParameter("path"), allowsMarks: true };

/** Functions that look at whole files; a relative path starts at the configuration's directory. */
export function fileFunctions(files: FunctionFiles): readonly EagerFunction[] {
  const ofText = onFile("file", (path) => {
    const read = readArgumentText(files, path);
    return "fault" in read ? read : read.text;
  });
  const ofBytes = (name: string, convert: (bytes: Uint8Array) => string) =>
    onFile(name, (path) => {
      const read = readArgumentFile(files, path);
      return "fault" in read ? read : convert(read.bytes);
    });
  const hash = (algorithm: string, encoding: "hex" | "base64") => (bytes: Uint8Array) =>
    createHash(algorithm).update(bytes).digest(encoding);
  return [
    ofText,
    ofBytes("filebase64", (bytes) => Buffer.from(bytes).toString("base64")),
    ofBytes("filebase64sha256", hash("sha256", "base64")),
    ofBytes("filebase64sha512", hash("sha512", "base64")),
    ofBytes("filemd5", hash("md5", "hex")),
    ofBytes("filesha1", hash("sha1", "hex")),
    ofBytes("filesha256", hash("sha256", "hex")),
    ofBytes("filesha512", hash("sha512", "hex")),
    {
      kind: "eager",
      name: "fileexists",
      parameters: [PATH],
      returns: BOOL,
      neverNull: true,
      call([path = stringValue("")]) {
        const found = findFile(files, path);
        return typeof found === "boolean" ? withMarks(boolValue(found), path.marks) : found;
      },
    },
    {
      kind: "eager",
      name: "fileset",
      parameters: [PATH, { ...PATH, name: "pattern" }],
      returns: setType(STRING),
      neverNull: true,
      call([path = stringValue(""), pattern = stringValue("")]) {
        const found = matchFiles(files, path, pattern);
        if ("fault" in found) return found;
        return withMarks(setValue(STRING, found.map(stringValue)), path.marks, pattern.marks);
      },
    },
  ];
}

function onFile(name: string, read: (path: Value) => string | FunctionFault): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [PATH],
    returns: STRING,
    neverNull: true,
    call([path = stringValue("")]) {
      const content = read(path);
      return typeof content === "string" ? withMarks(stringValue(content), path.marks) : content;
    },
  };
}

function findFile(files: FunctionFiles, path: Value): boolean | FunctionFault {
  const expanded = expandHome(textOf(path), files.home);
  if (typeof expanded !== "string") return expanded;
  const found = files.kindOf(expanded);
  if ("fault" in found) {
    return { fault: `${showPath(path)} cannot be looked at, because ${found.fault}`, argument: 0 };
  }
  if (found.kind === "folder")
    return { fault: `${showPath(path)} is a folder, not a file`, argument: 0 };
  if (found.kind === "other")
    return { fault: `${showPath(path)} is not a regular file`, argument: 0 };
  return found.kind === "file";
}

function matchFiles(
  files: FunctionFiles,
  path: Value,
  pattern: Value,
): readonly string[] | FunctionFault {
  const base = textOf(path) || ".";
  try {
    const found = findFiles(textOf(pattern), (folder) => files.listFolder(`${base}/${folder}`));
    if (!("fault" in found)) return found;
    const folder = showPath(stringValue(`${base}/${found.folder}`), path, pattern);
    return { fault: `the folder ${folder} cannot be listed, because ${found.fault}` };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const shown = showPath(pattern, path);
    return { fault: `${shown} is not a pattern for file names: ${error.message}`, argument: 1 };
  }
}
