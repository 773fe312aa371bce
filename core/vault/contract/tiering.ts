export type ColdTier = "cool" | "cold" | "archive";

/** Which points are old, and where to what only they need is moved. */
export interface Tiering {
  readonly tier: ColdTier;
  /** Ids of points; whatever another point needs stays where it is. */
  readonly coldPoints: ReadonlySet<string>;
}

/** What of a point lies in the archive, from which it must be brought back before the point can be read. */
export interface ArchivedPacks {
  /** Of which nobody asked yet that they be brought back. */
  readonly packs: number;
  readonly bytes: number;
  /** On their way. */
  readonly rehydratingPacks: number;
  readonly rehydratingBytes: number;
}
