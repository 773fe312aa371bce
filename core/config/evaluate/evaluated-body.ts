import type { ArgumentSchema } from "../../../schemas/blocks/block-schema.ts";
import type { JsonObject } from "../../kit/json.ts";
import type { Attribute } from "../../language/body.ts";
import type { Scope } from "../../language/scope.ts";
import type { AttributePath } from "../configuration.ts";
import type { Located, Report } from "../report.ts";
import type { Members } from "./members.ts";
import type { TextCheckers } from "./text-checks.ts";

/** What a body is evaluated with. */
export interface BodyContext {
  readonly scope: Scope;
  readonly checkers: TextCheckers;
  readonly report: Report;
}

/** An argument that names a block, to be looked up once all blocks are known. */
export interface BlockReference {
  readonly text: string;
  readonly schema: ArgumentSchema;
  readonly attribute: Attribute;
}

/** A body with its values, and where they stand. */
export interface EvaluatedBody {
  /** Every name of the schema, but for those whose value is at fault or not known. */
  readonly values: JsonObject;
  /** The same as values of the language, every name of the schema; unknown where at fault or not known. */
  readonly members: Members;
  /** False where an argument, here or in a nested block, is missing from `values`. */
  readonly isWhole: boolean;
  readonly sensitive: readonly AttributePath[];
  /** Where an argument or nested block is set, by path joined with dots. */
  readonly ranges: ReadonlyMap<string, Located>;
  /** Arguments of the body itself that took their default. */
  readonly defaulted: ReadonlySet<string>;
  readonly references: readonly BlockReference[];
}
