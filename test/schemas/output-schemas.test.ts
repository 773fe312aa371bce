import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv } from "ajv";
import type { z } from "zod";
import type {
  DatabaseResult,
  HoldfastEvent,
  JobStatus,
  Phase,
  Task,
  TaskStep,
} from "../../core/events/event.ts";
import { isJsonObject, type Json } from "../../core/kit/json.ts";
import type { DriftListing } from "../../schemas/drift-listing.ts";
import type { Explanation } from "../../schemas/explanation.ts";
import type { ForecastListing } from "../../schemas/forecast-listing.ts";
import type { JobListing } from "../../schemas/job-listing.ts";
import {
  OUTPUTS,
  type OutputName,
  outputJsonSchema,
} from "../../schemas/outputs/output-schemas.ts";
import type { PointListing } from "../../schemas/point-listing.ts";
import type { SimulationListing } from "../../schemas/simulation-listing.ts";

/** What the use cases give, as far as it has a type: the compiler holds it against what the schemas say. */
interface Listings {
  drift: DriftListing;
  explain: Explanation;
  forecast: ForecastListing;
  jobs: JobListing;
  points: PointListing;
  simulate: SimulationListing;
}

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Frozen<T[Name]> }
    : T;

type Described = {
  [Name in keyof Listings]: Frozen<z.infer<(typeof OUTPUTS)[Name]["schema"]>>;
};

/** Each way round: neither a member nor a case is only in one of the two. */
const isWhole: (given: Listings) => Described = (given) => given;
const isNoMore: (described: Omit<Described, "drift">) => Omit<Listings, "drift"> = (all) => all;

test("the listings of use cases have the shapes of their schemas", () => {
  assert.equal(typeof isWhole, typeof isNoMore);
});

type Line = Frozen<z.infer<(typeof OUTPUTS)["event"]["schema"]>>;
type LineOf<Type extends Line["type"]> = Extract<Line, { readonly type: Type }>;

/** The words of events, which core has as types, and their schema as lists; four kinds of lines are the commands' own. */
interface Words {
  readonly type: HoldfastEvent["type"];
  readonly phase: Phase;
  readonly result: DatabaseResult;
  readonly status: JobStatus;
  readonly task: Task;
  readonly step: TaskStep;
}

interface DescribedWords {
  readonly type: Exclude<Line["type"], "version" | "schedule" | "pruned" | "summary">;
  readonly phase: LineOf<"phase_started">["phase"];
  readonly result: LineOf<"database_finished">["result"];
  readonly status: LineOf<"job_finished">["status"];
  readonly task: LineOf<"task_progress">["task"];
  readonly step: LineOf<"task_progress">["step"];
}

const isEveryWord: (words: Words) => DescribedWords = (words) => words;
const isNoOtherWord: (words: DescribedWords) => Words = (words) => words;

test("the schema of events has the words that events use, and no other", () => {
  assert.equal(typeof isEveryWord, typeof isNoOtherWord);
});

const NAMES = Object.keys(OUTPUTS) as readonly OutputName[];

/** Every object of a JSON text, itself included. */
function objectsIn(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap((each: Json) => objectsIn(each));
  return isJsonObject(value) ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

for (const name of NAMES) {
  test(`the schema of ${name} is draft-07, and a reader takes members that a later version adds`, () => {
    const schema = outputJsonSchema(name, "open");
    assert.equal(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    const beside = objectsIn(schema).filter(
      (each) => isJsonObject(each) && "$ref" in each && Object.keys(each).length > 1,
    );
    assert.deepEqual(beside, [], "a keyword beside $ref, which draft-07 passes over");
    assert.doesNotMatch(JSON.stringify(schema), /"additionalProperties":false/);
    new Ajv({ strict: false, formats: { "date-time": true }, code: { optimize: false } }).compile(
      schema,
    );
  });
}

test("an event of an unknown type, or without a member, is none", () => {
  const ajv = new Ajv({ strict: false, formats: { "date-time": true }, code: { optimize: false } });
  const isEvent = ajv.compile(outputJsonSchema("event", "open"));
  const version = { type: "version", holdfast: "1.2.3", events: "1.0" };
  assert.ok(isEvent(version));
  assert.ok(isEvent({ ...version, more: 1 }));
  assert.equal(isEvent({ ...version, type: "verison" }), false);
  assert.equal(isEvent({ type: "version", holdfast: "1.2.3" }), false);
});
