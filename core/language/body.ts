import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceRange } from "../diagnostics/source-range.ts";
import type { Expression } from "./expression.ts";

/**
 * What stands between the braces of a block, or in a whole file. Native and JSON syntax give the
 * same contract, so a reader of configuration never asks which one it has.
 */
export interface Body {
  /** Where something missing is reported: the block's header, or the end of the file. */
  readonly missingRange: SourceRange;

  /**
   * Reads the body against a schema and reports unknown names (with a suggestion), missing and
   * duplicate ones, and wrong labels. What is right is returned even where diagnostics are not empty.
   */
  content(schema: BodySchema): BodyContent;

  /** Reads a body that holds attributes of any name and no block, such as `locals`. */
  attributes(): BodyContent;
}

/** What may stand in a body: plain data, so that documentation and JSON Schema can come from it too. */
export interface BodySchema {
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  readonly blocks: Readonly<Record<string, BlockSchema>>;
  /** What to tell those who write a name that belongs to another language or place; an argument has no labels. */
  readonly foreign?:
    | ((name: string, labels?: readonly string[]) => ForeignName | undefined)
    | undefined;
}

/** A name from elsewhere: what to write instead, as a sentence, and which name of the schema it stands for. */
export interface ForeignName {
  readonly sentence: string;
  readonly meant?: string | undefined;
  /** People write a secret behind it, which no message shows. */
  readonly isSecret?: boolean | undefined;
}

/** A name of a schema that something at fault was probably meant to have. */
export interface MeantName {
  readonly name: string;
  readonly labels: readonly string[];
}

export interface AttributeSchema {
  readonly required?: boolean | undefined;
}

export interface BlockSchema {
  /** The name of each label, for messages: `["name"]` for `server "orders" {}`. Default: none. */
  readonly labels?: readonly string[] | undefined;
  /** The fewest blocks of this type [0]. */
  readonly min?: number | undefined;
  /** The most blocks of this type [no limit]. */
  readonly max?: number | undefined;
}

export interface BodyContent {
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** In the order of the source. */
  readonly blocks: readonly Block[];
  readonly diagnostics: readonly Diagnostic[];
  /** What stands there under a wrong name or in a wrong form: it was reported, and is not missing. */
  readonly meant: readonly MeantName[];
}

/** `name = expression` */
export interface Attribute {
  readonly name: string;
  readonly nameRange: SourceRange;
  /** Name and expression. */
  readonly range: SourceRange;
  readonly expression: Expression;
}

/** `type "label" { body }` */
export interface Block {
  readonly type: string;
  /** As many as the schema names. */
  readonly labels: readonly BlockLabel[];
  readonly body: Body;
  readonly typeRange: SourceRange;
  /** Type and labels, without the brace: the range for messages about the block as a whole. */
  readonly headerRange: SourceRange;
}

export interface BlockLabel {
  readonly text: string;
  readonly range: SourceRange;
}
