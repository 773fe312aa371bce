/** Whether a database's name has the form of a copy that a backup makes and drops: `orders_holdfast_0123abcd`. Its tags say whether it is one. */
export function looksLikeCopy(name: string): boolean {
  return /._holdfast_[0-9a-f]{8}$/.test(name);
}
