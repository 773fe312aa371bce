/**
 * Makes each value once and then remembers it: at most `most` of them, beyond which it forgets all and begins anew. What
 * `make` throws is not remembered.
 */
export function remembering<K, V extends object | string | number | null>(
  most: number,
  make: (key: K) => V,
): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    if (known.size >= most) known.clear();
    known.set(key, made);
    return made;
  };
}
