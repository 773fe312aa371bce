import { stringValue } from "../values/value.ts";
import { STRING } from "../values/value-type.ts";
import type { EagerFunction } from "./function-declaration.ts";
import { stringParameter, textOf } from "./parameter.ts";

/** Reads a file for the language: its text, or why that failed, as the end of a sentence. */
export type ReadText = (path: string) => { readonly text: string } | { readonly fault: string };

/** Functions that read files; the reader decides what a relative path is relative to. */
export function fileFunctions(readText: ReadText): readonly EagerFunction[] {
  return [
    {
      kind: "eager",
      name: "file",
      parameters: [stringParameter("path")],
      returns: STRING,
      neverNull: true,
      call([path]) {
        const read = readText(textOf(path));
        return "fault" in read ? { fault: read.fault, argument: 0 } : stringValue(read.text);
      },
    },
  ];
}
