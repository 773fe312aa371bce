/** Content decides where a chunk ends between the least and the most length; around `TARGET` bytes are likeliest. */
export const LEAST_CHUNK = 16 * 1024;
export const TARGET_CHUNK = 64 * 1024;
export const MOST_CHUNK = 256 * 1024;

/** A cut depends on no more bytes than these after the one before it. Whoever cuts before the end of a stream shows at least as many. */
export const LOOK_AHEAD = 256 * 1024;

/** Pages of SQL Server's data files; eight in a row, the first with a number divisible by eight, are an extent. */
export const PAGE_SIZE = 8 * 1024;
export const EXTENT_SIZE = 8 * PAGE_SIZE;

/** What lies before an extent is a chunk of its own when it is this long; otherwise content decides. */
export const LEAST_BEFORE_EXTENT = 4 * 1024;
