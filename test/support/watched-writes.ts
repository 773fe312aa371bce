import type { Catalog, CatalogChange, CatalogVersion } from "../../core/catalog/catalog.ts";

type Write = (
  changes: readonly CatalogChange[],
  write: Catalog["write"],
) => Promise<CatalogVersion>;

/** The catalog, with `replaced` in place of its writes. */
export function withWrites(catalog: Catalog, replaced: Write): Catalog {
  const original: Catalog["write"] = (changes) => catalog.write(changes);
  return new Proxy(catalog, {
    get(target, key) {
      if (key === "write") {
        return (changes: readonly CatalogChange[]) => replaced(changes, original);
      }
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      // `await using` takes no bound function (V8 14).
      return (...given: readonly unknown[]): unknown => Reflect.apply(value, target, given);
    },
  });
}
