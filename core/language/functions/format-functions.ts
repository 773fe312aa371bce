import { listValue, stringValue, type Value } from "../values/value.ts";
import { listType, STRING } from "../values/value-type.ts";
import { formatText } from "./format-text.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import { anyParameter, stringParameter, textOf } from "./parameter.ts";

const format: EagerFunction = {
  kind: "eager",
  name: "format",
  parameters: [stringParameter("format")],
  rest: { ...anyParameter("args"), allowsNull: true },
  returns: STRING,
  neverNull: true,
  call([text, ...args]) {
    const formatted = formatText(textOf(text), args);
    return typeof formatted === "string" ? stringValue(formatted) : formatted;
  },
};

const formatlist: EagerFunction = {
  kind: "eager",
  name: "formatlist",
  parameters: [stringParameter("format")],
  rest: { ...anyParameter("args"), allowsNull: true },
  returns: listType(STRING),
  neverNull: true,
  call([text, ...args]) {
    const length = commonLength(args);
    if (typeof length !== "number") return length;
    const lines: Value[] = [];
    for (let at = 0; at < length; at += 1) {
      const row = args.map((arg) => (arg.kind === "sequence" ? (arg.content[at] ?? arg) : arg));
      const formatted = formatText(textOf(text), row);
      if (typeof formatted !== "string") return formatted;
      lines.push(stringValue(formatted));
    }
    return listValue(STRING, lines);
  },
};

/** How long the lists among the arguments are; 1 where there is none. */
function commonLength(args: readonly Value[]): number | FunctionFault {
  let length: number | undefined;
  for (const [at, arg] of args.entries()) {
    if (arg.kind !== "sequence") continue;
    if (length !== undefined && length !== arg.content.length) {
      return {
        fault: `argument ${at + 1} has length ${arg.content.length}, which is inconsistent with the length ${length} of the lists before it`,
        argument: at + 1,
      };
    }
    length = arg.content.length;
  }
  return length ?? 1;
}

export const FORMAT_FUNCTIONS: readonly EagerFunction[] = [format, formatlist];
