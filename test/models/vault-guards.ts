/** What keeps the protocol of decision 14 safe. Each can be taken away, to see that it is needed. */
export interface Guards {
  /** A writer puts its lease, then lists marks. */
  readonly leaseBeforeMarks: boolean;
  /** A collector puts its mark, then lists leases. */
  readonly markBeforeLeases: boolean;
  /** A writer lists packs after marks: packs of a mark that is no more are gone by then. */
  readonly marksBeforePacks: boolean;
  /** A lease that ran out is ended by a tombstone under the point's name. */
  readonly fence: boolean;
  /** Nothing is removed before every writer that may not know of the mark has ended. */
  readonly wait: boolean;
  /** Manifests are read again before anything is removed. */
  readonly readAgain: boolean;
  /** A pack that any mark names is no home for a chunk. */
  readonly markedIsNoHome: boolean;
  /** The mark goes after the packs. */
  readonly markLast: boolean;
  /** A reader puts a lease before it looks for its point, and its point is kept. */
  readonly readerLease: boolean;
  /** Notes are listed before the leases of those who may read the points. */
  readonly noteBeforeLeases: boolean;
  /** Rewritten packs are indexed before the old ones are marked. */
  readonly indexBeforeMark: boolean;
  /** A lease never says an earlier time than stands in the vault, and no collector works at one. */
  readonly clock: boolean;
  /** The name of a removed point whose writer did not end is taken by a tombstone. */
  readonly nameOnce: boolean;
  /** A writer that finds a mark which it cannot read relies on no pack that is there. */
  readonly unreadableIsAll: boolean;
  /** A collector that finds one counts no pack as a home, so it marks and removes nothing. */
  readonly unreadableIsNoHome: boolean;
  /** A mark that cannot be read is taken away only while no other collector is at work. */
  readonly alone: boolean;
  /** A collector whose lease has run out does nothing more. */
  readonly collectorLease: boolean;
}

export const ALL_GUARDS: Guards = {
  leaseBeforeMarks: true,
  markBeforeLeases: true,
  marksBeforePacks: true,
  fence: true,
  wait: true,
  readAgain: true,
  markedIsNoHome: true,
  markLast: true,
  readerLease: true,
  noteBeforeLeases: true,
  indexBeforeMark: true,
  clock: true,
  nameOnce: true,
  unreadableIsAll: true,
  unreadableIsNoHome: true,
  alone: true,
  collectorLease: true,
};
