/** Moves rows from table to table, and change data capture tells of none of them. */
const SWITCH = "ALTER TABLE … SWITCH";

export function switchUnseen(tables: string): string {
  return `Partitions of ${tables} may be switched (${SWITCH}), and change data capture tells of no row that moves so: changes do not have it. Capture the table with @allow_partition_switch = 0, or take a full after each switch.`;
}

/** No definition and no change tells a switch from an index that was rebuilt. */
export function mayBeSwitched(tables: string): string {
  return `Altered since the last backup, and defined as before: ${tables}. If that was ${SWITCH}, rows moved that change data capture does not tell of: take a full. An index that was rebuilt needs none.`;
}

/** Whether a note of a point is one of these: it holds for all that is restored by way of that point. */
export function tellsOfSwitch(note: string): boolean {
  return note.includes(SWITCH);
}
