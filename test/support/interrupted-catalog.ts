import type { Catalog } from "../../core/catalog/catalog.ts";

/** The catalog, with something that happens before its nth call. */
export function interrupted(catalog: Catalog, happens: (call: number) => Promise<void>): Catalog {
  let calls = 0;
  return new Proxy(catalog, {
    get(target, key) {
      const work: unknown = Reflect.get(target, key, target);
      if (typeof work !== "function") return work;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        calls += 1;
        await happens(calls);
        return Reflect.apply(work, target, given) as unknown;
      };
    },
  });
}
