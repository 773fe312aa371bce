import { objectValue, type Value } from "../../language/values/value.ts";

/** What `server.orders.tls` reads, made when somebody reads it: most blocks are only named. */
export type Member = Value | (() => Value);

export type Members = ReadonlyMap<string, Member>;

export function objectOfMembers(members: Members): Value {
  const made = [...members].map(
    ([name, member]) => [name, typeof member === "function" ? member() : member] as const,
  );
  return objectValue(new Map(made));
}
