import type { Json } from "../../core/kit/json.ts";

/** The block types whose address an argument can hold. */
type ReferenceTarget =
  | "credential"
  | "server"
  | "vault"
  | "retention"
  | "policy"
  | "backup_set"
  | "bridge";

/**
 * What an argument holds. Duration (`30m`), byte size (`500GiB`), period (`P12M`, ISO 8601), schedule (cron of five fields), timezone (IANA) and
 * path are strings with a meaning: they are checked, and compared by that meaning. `patterns` is a set of database
 * names or globs. A reference is an address in the resolved value.
 *
 * The last ones belong to blocks that shape a configuration and never become a resource: `any` is an expression of any
 * type, kept as it is; a `type_constraint` (`list(string)`), an `address` (`server.orders`), an `address_list` and an
 * `attribute_list` (`[port, tls.ca_file]`, or the word `all`) and a `name` (a bare word) are read from the expression's source, without evaluation.
 */
export type ArgumentType =
  | "string"
  | "number"
  | "bool"
  | "duration"
  | "byte_size"
  | "period"
  | "schedule"
  | "timezone"
  | "path"
  | "url"
  | "string_set"
  | "patterns"
  | "number_map"
  | "string_map"
  | "reference"
  | "any"
  | "type_constraint"
  | "address"
  | "address_list"
  | "attribute_list"
  | "name";

export interface ArgumentSchema {
  readonly type: ArgumentType;
  readonly description: string;
  readonly required?: true;
  /** What an absent or null argument means; null where there is none. */
  readonly default?: Json;
  /** Before `default`: the value of that argument of the block that this body's argument refers to. */
  readonly defaultFrom?: { readonly reference: string; readonly argument: string };
  /** The only values allowed (of each element for a set). */
  readonly values?: readonly string[];
  /** Capitals and small letters mean the same, as in names of hosts. */
  readonly caseless?: true;
  /** For a reference. */
  readonly target?: ReferenceTarget;
  /** Smallest number allowed, and whether it must be an integer. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly integer?: true;
  /** What an argument of type `any` should hold, in words: `map or set of strings`. */
  readonly holds?: string;
  /** A value to show, as an expression in native syntax. */
  readonly example?: string;
  /** What else is good to know, in sentences of Markdown. */
  readonly note?: string;
}

/** Arguments and nested blocks of one body. */
export interface BodySchema {
  readonly arguments: Readonly<Record<string, ArgumentSchema>>;
  readonly blocks?: Readonly<Record<string, NestedBlockSchema>>;
  /** Exactly one argument of each group must be set. */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** At most one argument of each group may be set. */
  readonly atMostOne?: readonly (readonly string[])[];
  /** Arguments of any other name may be set too, with values of any type. */
  readonly inputs?: true;
}

interface NestedBlockFacts {
  readonly description: string;
  /** What else is good to know, in sentences of Markdown. */
  readonly note?: string;
  readonly required?: true;
  /**
   * What an absent block means: `null` where its presence says something by itself, `defaults` where it is the same as
   * an empty block.
   */
  readonly absent: "null" | "defaults";
  /** It may stand any number of times; the value is a list. */
  readonly repeatable?: true;
  /** The name of each label, for a block that has labels and one body. */
  readonly labels?: readonly string[];
}

/**
 * A block inside a block, at most once unless repeatable. With `variants` it carries one label that chooses its body (`storage "local"`),
 * and its value has that label as `type`.
 */
export type NestedBlockSchema =
  | (NestedBlockFacts & { readonly body: BodySchema; readonly variants?: never })
  | (NestedBlockFacts & {
      readonly variants: Readonly<Record<string, BodySchema>>;
      /** The label of an absent block whose `absent` is `defaults`. */
      readonly defaultVariant?: string;
      readonly body?: never;
    });

/** What a reference to a data source finds. */
export interface ResultSchema {
  /** As a type constraint; an object's attributes stand in `attributes`. */
  readonly type: string;
  readonly description: string;
  readonly attributes?: Readonly<Record<string, ResultSchema>>;
}

/** A block of the top level of a file, with what its reference page says. */
export interface BlockSchema extends BodySchema {
  readonly type: string;
  /** The name of each label, for pages and messages [`name` alone]. */
  readonly labels?: readonly string[];
  /** One sentence: what the block is. */
  readonly description: string;
  /** When one writes it and what it does, in paragraphs of Markdown. */
  readonly use: string;
  /** What this version does not do with it yet. */
  readonly status?: string;
  /** Whole blocks in native syntax. References may lead to the blocks of `EXAMPLE_CONFIGURATION`. */
  readonly example: string;
  /** For a data source. */
  readonly results?: Readonly<Record<string, ResultSchema>>;
}

/** A block of a configuration that becomes a resource with the address `type.name`. */
export type ResourceSchema = BlockSchema;
