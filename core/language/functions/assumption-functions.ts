import { convertValue, isConversionFault } from "../values/convert.ts";
import { valuesEqual } from "../values/equality.ts";
import { marksWithin, withMarks } from "../values/marks.ts";
import { refinedUnknown, refinementsOf } from "../values/unknown.ts";
import { type Refinements, SENSITIVE, unknownValue, type Value } from "../values/value.ts";
import {
  type CollectionType,
  DYNAMIC,
  friendlyTypeName,
  listType,
  mapType,
  STRING,
  setType,
  type ValueType,
} from "../values/value-type.ts";
import type { EagerFunction, FunctionFault, FunctionParameter } from "./function-declaration.ts";
import { numberParameter, readInteger, stringParameter, textOf } from "./parameter.ts";
import { safePrefix } from "./safe-prefix.ts";
import { isUnsettledSet } from "./set-product.ts";

/** What the value is assumed to be; fails where a known value is something else. */
function assume(value: Value, assumed: Refinements): Value | FunctionFault {
  const refined = value.kind === "unknown" ? refineUnknown(value, assumed) : value;
  const isUpheld = value.kind === "unknown" ? refined !== undefined : holds(value, assumed);
  if (refined === undefined || !isUpheld) {
    return { fault: "assumption was not upheld", argument: 0 };
  }
  return refined;
}

function holds(value: Value, assumed: Refinements): boolean {
  if (value.kind === "null") return assumed.notNull !== true && !isAboutLength(assumed);
  const known = refinementsOf(value);
  const most = known.maxLength ?? 0;
  return (
    (known.stringPrefix ?? "").startsWith(assumed.stringPrefix ?? "") &&
    most >= (assumed.minLength ?? 0) &&
    (isUnsettledSet(value) ? 1 : most) <= (assumed.maxLength ?? Infinity)
  );
}

function isAboutLength({ minLength, maxLength }: Refinements): boolean {
  return minLength !== undefined || maxLength !== undefined;
}

/** Undefined where the assumptions contradict what is known. */
function refineUnknown(
  { type, refinements }: Value & { readonly kind: "unknown" },
  assumed: Refinements,
): Value | undefined {
  const minLength = Math.max(refinements.minLength ?? 0, assumed.minLength ?? 0);
  const maxLength = Math.min(refinements.maxLength ?? Infinity, assumed.maxLength ?? Infinity);
  const prefix = longerPrefix(refinements.stringPrefix, assumed.stringPrefix);
  if (minLength > maxLength || prefix === undefined) return undefined;
  return refinedUnknown(type, {
    ...refinements,
    ...(assumed.notNull === true && { notNull: true }),
    ...(prefix !== "" && { stringPrefix: prefix }),
    ...(minLength > 0 && { minLength }),
    ...(maxLength < Infinity && { maxLength }),
  });
}

/** The longer of two prefixes of one text; undefined where they disagree. */
function longerPrefix(left = "", right = ""): string | undefined {
  if (left.startsWith(right)) return left;
  return right.startsWith(left) ? right : undefined;
}

function assumption(
  name: string,
  type: ValueType,
  rest: {
    readonly parameters: readonly FunctionParameter[];
    read(value: Value, args: readonly Value[]): Refinements | FunctionFault;
  },
): EagerFunction {
  return {
    kind: "eager",
    name,
    parameters: [
      { name: "value", type, allowsNull: true, allowsUnknown: true },
      ...rest.parameters,
    ],
    returns: type,
    call([value = unknownValue(type), ...args]) {
      const assumed = rest.read(value, args);
      return "fault" in assumed ? assumed : assume(value, assumed);
    },
  };
}

const assumenotnull = assumption("assumenotnull", DYNAMIC, {
  parameters: [],
  read: ({ type }) =>
    type.kind === "dynamic"
      ? {
          fault:
            'given value must have a known type; consider using the "convert" function to specify a type to assume',
          argument: 0,
        }
      : { notNull: true },
});

const assumestringprefix = assumption("assumestringprefix", STRING, {
  parameters: [stringParameter("prefix")],
  read: (_, [prefix]) => ({ stringPrefix: safePrefix(textOf(prefix)) }),
});

const LARGEST_LENGTH = 9223372036854775807n;

function readLength(
  value: Value | undefined,
  argument: number,
): { readonly length: number } | FunctionFault {
  const read = readInteger(value);
  if ("integer" in read) return { length: read.integer };
  return { fault: `must be a whole number between 0 and ${LARGEST_LENGTH}`, argument };
}

function assumedLengths(
  noun: string,
  collection: (element: ValueType) => CollectionType,
): readonly EagerFunction[] {
  const type = collection(DYNAMIC);
  return [
    assumption(`assume${noun}length`, type, {
      parameters: [numberParameter("min_length"), numberParameter("max_length")],
      read(_, [least, most]) {
        const min = readLength(least, 1);
        if ("fault" in min) return min;
        const max = readLength(most, 2);
        if ("fault" in max) return max;
        return { minLength: min.length, maxLength: max.length };
      },
    }),
    assumption(`assume${noun}lengthmin`, type, {
      parameters: [numberParameter("min_length")],
      read(_, [least]) {
        const min = readLength(least, 0);
        return "fault" in min ? min : { minLength: min.length };
      },
    }),
    assumption(`assume${noun}lengthmax`, type, {
      parameters: [numberParameter("max_length")],
      read(_, [most]) {
        const max = readLength(most, 0);
        return "fault" in max ? max : { maxLength: max.length };
      },
    }),
  ];
}

const EVERYTHING = { type: DYNAMIC, allowsNull: true, allowsUnknown: true, allowsMarks: true };

const assumeequal: EagerFunction = {
  kind: "eager",
  name: "assumeequal",
  parameters: [
    { ...EVERYTHING, name: "actual_value" },
    { ...EVERYTHING, name: "expected_value" },
  ],
  returns: ([, expected]) => expected?.type ?? DYNAMIC,
  call([actual = unknownValue(DYNAMIC), expected = unknownValue(DYNAMIC)]) {
    const converted = convertValue(actual, expected.type);
    if (isConversionFault(converted)) {
      const [got, want] = [friendlyTypeName(actual.type), friendlyTypeName(expected.type)];
      const fault = `actual value type ${got} does not match assumed value type ${want}`;
      return { fault, argument: 0 };
    }
    if (valuesEqual(converted, expected) === false) {
      return { fault: "the actual value does not match the assumed value", argument: 0 };
    }
    return withMarks(expected, marksOfOrigin(actual));
  },
};

/** Marks that tell where a value comes from; an equal value that is no secret may be shown. */
function marksOfOrigin(value: Value): ReadonlySet<string> {
  return marksWithin(value).difference(new Set([SENSITIVE, "ephemeral"]));
}

export const ASSUMPTION_FUNCTIONS: readonly EagerFunction[] = [
  assumeequal,
  assumenotnull,
  assumestringprefix,
  ...assumedLengths("list", listType),
  ...assumedLengths("set", setType),
  ...assumedLengths("map", mapType),
];
