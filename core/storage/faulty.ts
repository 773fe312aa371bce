import { failure } from "../diagnostics/diagnostic.ts";
import type { BlobStore } from "./blob-store.ts";

export interface StoreCall {
  /** Counts the calls of the wrapped store, from 1. */
  readonly number: number;
  readonly method: "put" | "get" | "head" | "list" | "remove" | "setTier";
  /** The blob's name, or the prefix of a listing. */
  readonly name: string;
}

/** Where a call breaks: not at all, before it did anything, or after all was done and only the answer is lost. */
export type Fault = "none" | "before" | "after";

/** A fault at one call of a store's life and at no other. */
export function atCall(number: number, fault: Fault): (call: StoreCall) => Fault {
  return (call) => (call.number === number ? fault : "none");
}

/** The same store, which breaks with STORE_FAILED wherever `faultAt` says. It makes failures repeatable in tests. */
export function faulty(store: BlobStore, faultAt: (call: StoreCall) => Fault): BlobStore {
  let calls = 0;
  const next = (method: StoreCall["method"], name: string): Fault => {
    calls += 1;
    return faultAt({ number: calls, method, name });
  };
  const around = async <T>(fault: Fault, call: () => Promise<T>): Promise<T> => {
    if (fault === "before") throw injected();
    const result = await call();
    if (fault === "after") throw injected();
    return result;
  };
  return {
    put: (name, parts, options) => around(next("put", name), () => store.put(name, parts, options)),
    get: (name, options) => around(next("get", name), () => store.get(name, options)),
    head: (name, options) => around(next("head", name), () => store.head(name, options)),
    remove: (name, options) => around(next("remove", name), () => store.remove(name, options)),
    setTier: (name, tier, options) =>
      around(next("setTier", name), () => store.setTier(name, tier, options)),
    list: async function* (prefix, options) {
      const fault = next("list", prefix);
      if (fault === "before") throw injected();
      yield* store.list(prefix, options);
      if (fault === "after") throw injected();
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function injected(): Error {
  return failure({
    code: "STORE_FAILED",
    summary: "Injected fault",
    detail: "This call was made to fail by a test.",
  });
}
