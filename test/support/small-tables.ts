/** Row groups that compress to next to nothing; in those of `changed`, one row reads otherwise. */
export function smallTable(groups: number, changed: readonly number[] = []): readonly Buffer[] {
  return Array.from({ length: groups }, (_, group) => {
    const rows = Array.from({ length: 40 }, (__, row) => {
      const isChanged = row === 17 && changed.includes(group);
      return `${isChanged ? "another" : "the usual"} row ${row} of the group ${group}; `.repeat(2);
    });
    return Buffer.from(rows.join(""));
  });
}
