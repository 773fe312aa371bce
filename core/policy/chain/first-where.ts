/**
 * The place of the first item of which something holds, in a list where it then holds of all that follow; the length of
 * the list where it holds of none.
 */
export function firstWhere<Item>(list: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = list[middle];
    if (item === undefined || holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
