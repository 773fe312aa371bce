import type { Brand } from "../../core/kit/brand.ts";
import type { Json } from "../../core/kit/json.ts";
import type { ArgumentSchema, BodySchema } from "./block-schema.ts";

/** An address in the resolved attributes of a resource. */
type Reference = Brand<string, "Address">;

type Held<A extends ArgumentSchema> = A["type"] extends "number"
  ? number
  : A["type"] extends "bool"
    ? boolean
    : A["type"] extends "reference"
      ? Reference
      : A["type"] extends "string_set" | "patterns"
        ? readonly (A extends { readonly values: readonly (infer V)[] } ? V : string)[]
        : A["type"] extends "number_map"
          ? { readonly [name: string]: number }
          : A["type"] extends "string_map"
            ? { readonly [name: string]: string }
            : A["type"] extends "any"
              ? Json
              : A extends { readonly values: readonly (infer V)[] }
                ? V
                : string;

type ArgumentValue<A extends ArgumentSchema> = "required" extends keyof A
  ? Held<A>
  : "default" extends keyof A
    ? Held<A>
    : Held<A> | null;

type Arguments<B extends BodySchema> = {
  readonly [K in keyof B["arguments"]]: ArgumentValue<B["arguments"][K]>;
};

type NestedValue<N> = N extends { readonly variants: infer V extends Record<string, BodySchema> }
  ? { [K in keyof V]: { readonly type: K } & BodyValue<V[K]> }[keyof V]
  : N extends { readonly body: infer B extends BodySchema }
    ? BodyValue<B>
    : never;

type Absent<N> = N extends { readonly required: true }
  ? never
  : N extends { readonly absent: "null" }
    ? null
    : never;

type Blocks<B extends BodySchema> = B extends { readonly blocks: infer N }
  ? { readonly [K in keyof N]: NestedValue<N[K]> | Absent<N[K]> }
  : unknown;

type BodyValue<B extends BodySchema> = Arguments<B> & Blocks<B>;

/** The resolved attributes of a resource, derived from the schema of its block. */
export type AttributesOf<S extends BodySchema> = BodyValue<S>;
