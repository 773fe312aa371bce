import { isWhollyKnown } from "../values/unknown.ts";
import { listValue, stringValue, unknownValue, type Value } from "../values/value.ts";
import { listType, STRING } from "../values/value-type.ts";
import { formatText } from "./format-text.ts";
import type { EagerFunction, FunctionFault, FunctionParameter } from "./function-declaration.ts";
import { anyParameter, stringParameter, textOf } from "./parameter.ts";
import { safePrefix } from "./safe-prefix.ts";
import { isUnsettledSet } from "./set-product.ts";

const ARGUMENTS: FunctionParameter = {
  ...anyParameter("args"),
  allowsNull: true,
  allowsUnknown: true,
};

const format: EagerFunction = {
  kind: "eager",
  name: "format",
  parameters: [stringParameter("format")],
  rest: ARGUMENTS,
  returns: STRING,
  neverNull: true,
  call([format, ...args]) {
    const text = textOf(format);
    if (!args.every(isWhollyKnown)) return unknownText(text);
    const formatted = formatText(text, args);
    return typeof formatted === "string" ? stringValue(formatted) : formatted;
  },
};

/** What stands before the first verb is known. */
function unknownText(format: string): Value {
  const stringPrefix = safePrefix(format.slice(0, Math.max(0, format.indexOf("%"))));
  return unknownValue(STRING, stringPrefix === "" ? {} : { stringPrefix });
}

const formatlist: EagerFunction = {
  kind: "eager",
  name: "formatlist",
  parameters: [stringParameter("format")],
  rest: ARGUMENTS,
  returns: listType(STRING),
  neverNull: true,
  call([format, ...args], returns) {
    const length = commonLength(args);
    if (typeof length === "object") return length;
    if (args.some(hasUnknownLength)) return unknownValue(returns);
    const lines: Value[] = [];
    for (let at = 0; at < length; at += 1) {
      const row = args.map((arg) => (arg.kind === "sequence" ? (arg.content[at] ?? arg) : arg));
      const line = formatLine(textOf(format), row);
      if ("fault" in line) {
        const isPlain = args.length === 0;
        return isPlain ? line : { fault: `error on format iteration ${at}: ${line.fault}` };
      }
      lines.push(line);
    }
    return listValue(STRING, lines);
  },
};

function formatLine(format: string, row: readonly Value[]): Value | FunctionFault {
  if (!row.every(isWhollyKnown)) return unknownValue(STRING, { notNull: true });
  const formatted = formatText(format, row);
  return typeof formatted === "string" ? stringValue(formatted) : formatted;
}

function hasUnknownLength(value: Value): boolean {
  const { kind } = value.type;
  if (isUnsettledSet(value)) return true;
  const mayBeSequence = kind === "list" || kind === "set" || kind === "tuple" || kind === "dynamic";
  return value.kind === "unknown" && mayBeSequence;
}

/** How long the sequences among the arguments are; 1 where there is none. */
function commonLength(args: readonly Value[]): number | FunctionFault {
  let first: { readonly at: number; readonly length: number } | undefined;
  for (const [at, arg] of args.entries()) {
    const length = knownLength(arg);
    if (length === undefined) continue;
    first ??= { at, length };
    if (length !== first.length) {
      return {
        fault: `argument ${at + 1} has length ${length}, which is inconsistent with argument ${first.at + 1} of length ${first.length}`,
        argument: at + 1,
      };
    }
  }
  return first?.length ?? 1;
}

function knownLength(value: Value): number | undefined {
  if (value.kind === "sequence") return isUnsettledSet(value) ? undefined : value.content.length;
  if (value.kind !== "unknown" || value.type.kind !== "tuple") return undefined;
  return value.type.elements.length;
}

export const FORMAT_FUNCTIONS: readonly EagerFunction[] = [format, formatlist];
