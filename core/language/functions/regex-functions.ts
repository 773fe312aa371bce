import {
  DYNAMIC_UNKNOWN,
  listValue,
  nullValue,
  objectValue,
  stringValue,
  tupleValue,
  unknownValue,
  type Value,
} from "../values/value.ts";
import {
  DYNAMIC,
  isCollection,
  listType,
  objectType,
  STRING,
  tupleType,
  type ValueType,
} from "../values/value-type.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import type { LatePackages } from "./late-packages.ts";
import { stringParameter, textOf } from "./parameter.ts";
import {
  compilePattern,
  findMatches,
  groupNames,
  isPatternFault,
  type Pattern,
  type PatternFault,
  type PatternMatch,
  replaceMatches,
} from "./regular-expression.ts";

/** The type of one match: a string, or a tuple of groups, or an object of named groups. */
function typeOfMatch(compiled: Pattern | PatternFault): ValueType | FunctionFault {
  if (isPatternFault(compiled)) {
    const fault = `invalid regexp pattern: ${compiled.reason} in ${compiled.part}`;
    return { fault, argument: 0 };
  }
  const names = groupNames(compiled);
  if (names.length === 0) return STRING;
  const named = names.filter((name) => name !== undefined);
  if (named.length === 0) return tupleType(names.map(() => STRING));
  if (named.length < names.length) {
    const fault = "invalid regexp pattern: cannot mix both named and unnamed capture groups";
    return { fault, argument: 0 };
  }
  return objectType(new Map(named.map((name) => [name, STRING])));
}

function valueOfMatch(pattern: Pattern, { text, groups }: PatternMatch): Value {
  if (groups.length === 0) return stringValue(text);
  const values = groups.map((group) =>
    group === undefined ? nullValue(STRING) : stringValue(group),
  );
  const names = groupNames(pattern);
  if (names[0] === undefined) return tupleValue(values);
  const entries = values.map((value, at) => [names[at] ?? "", value] as const);
  return objectValue(new Map(entries));
}

const PARAMETERS = [stringParameter("pattern"), stringParameter("string")];

function regex(packages: LatePackages): EagerFunction {
  return {
    kind: "eager",
    name: "regex",
    parameters: PARAMETERS,
    neverNull: true,
    returns: ([pattern = unknownValue(STRING)]) =>
      pattern.kind === "unknown" ? DYNAMIC : typeOfMatch(compilePattern(textOf(pattern), packages)),
    call([pattern, text]) {
      const compiled = compilePattern(textOf(pattern), packages);
      if (isPatternFault(compiled)) return DYNAMIC_UNKNOWN;
      for (const match of findMatches(compiled, textOf(text))) return valueOfMatch(compiled, match);
      return { fault: "pattern did not match any part of the given string" };
    },
  };
}

function regexall(packages: LatePackages): EagerFunction {
  return {
    kind: "eager",
    name: "regexall",
    parameters: PARAMETERS,
    neverNull: true,
    returns([pattern = unknownValue(STRING)]) {
      if (pattern.kind === "unknown") return listType(DYNAMIC);
      const type = typeOfMatch(compilePattern(textOf(pattern), packages));
      return "fault" in type ? type : listType(type);
    },
    call([pattern, text], returns) {
      const compiled = compilePattern(textOf(pattern), packages);
      if (isPatternFault(compiled)) return DYNAMIC_UNKNOWN;
      const matches = Array.from(findMatches(compiled, textOf(text)), (match) =>
        valueOfMatch(compiled, match),
      );
      return listValue(isCollection(returns) ? returns.element : DYNAMIC, matches);
    },
  };
}

function replace(packages: LatePackages): EagerFunction {
  return {
    kind: "eager",
    name: "replace",
    parameters: [stringParameter("str"), stringParameter("substr"), stringParameter("replace")],
    returns: STRING,
    neverNull: true,
    call([text, part, replacement]) {
      const find = textOf(part);
      const isPattern = find.length > 1 && find.startsWith("/") && find.endsWith("/");
      if (!isPattern) return stringValue(replacePlain(textOf(text), find, textOf(replacement)));
      const compiled = compilePattern(find.slice(1, -1), packages);
      if (!isPatternFault(compiled)) {
        return stringValue(replaceMatches(textOf(text), compiled, textOf(replacement)));
      }
      return { fault: `error parsing regexp: ${compiled.reason}: \`${compiled.part}\`` };
    },
  };
}

/** An empty part stands between all characters. */
function replacePlain(text: string, find: string, replacement: string): string {
  if (find !== "") return text.replaceAll(find, () => replacement);
  return ["", ...Array.from(text), ""].join(replacement);
}

export function regexFunctions(packages: LatePackages): readonly EagerFunction[] {
  return [regex(packages), regexall(packages), replace(packages)];
}
