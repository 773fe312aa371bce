/** The layout of the catalog file. Written into `user_version`; a file of a higher number is refused. */
export const CATALOG_FORMAT = 6;

/** "HFct": marks the file as a Holdfast catalog in `application_id`. */
export const CATALOG_APPLICATION_ID = 0x48_46_63_74;

/** What came with format 4. */
const APPLY_TABLES = `
CREATE TABLE apply (
  id TEXT PRIMARY KEY,
  started_at INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX apply_by_start ON apply (started_at DESC, id DESC);

CREATE TABLE apply_change (
  apply TEXT NOT NULL,
  address TEXT NOT NULL,
  position INTEGER NOT NULL,
  previous_address TEXT,
  action TEXT NOT NULL,
  before TEXT,
  after TEXT,
  PRIMARY KEY (apply, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE done_change (
  apply TEXT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (apply, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE observation (
  server TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_key (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  bytes BLOB NOT NULL CHECK (length(bytes) = 32)
) STRICT;
`;

export const CREATE_TABLES = `
CREATE TABLE version (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  lineage TEXT NOT NULL,
  serial INTEGER NOT NULL
) STRICT;

CREATE TABLE object (
  address TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  attributes TEXT NOT NULL,
  sensitive TEXT NOT NULL,
  depends_on TEXT NOT NULL,
  applied_at INTEGER NOT NULL,
  prevent_destroy INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE point (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  backup_set TEXT NOT NULL,
  server TEXT NOT NULL,
  vault TEXT NOT NULL,
  database TEXT NOT NULL,
  type TEXT NOT NULL,
  method TEXT NOT NULL,
  trigger TEXT NOT NULL,
  consistency TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  created_at INTEGER,
  base TEXT,
  converted_from TEXT,
  conversion_reason TEXT,
  bytes_read INTEGER NOT NULL,
  bytes_stored INTEGER NOT NULL,
  job TEXT NOT NULL,
  stored_at INTEGER,
  added_raw INTEGER,
  added_stored INTEGER,
  cleared TEXT,
  log_place TEXT,
  purge TEXT,
  changes TEXT,
  notes TEXT,
  pinned TEXT
) STRICT;
CREATE INDEX point_by_start ON point (started_at, id);

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  queued_at INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX job_by_queue ON job (queued_at DESC, id DESC);

CREATE TABLE lock (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  id TEXT NOT NULL,
  operation TEXT NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_start TEXT,
  since INTEGER NOT NULL
) STRICT;
${APPLY_TABLES}`;

/** What brings a file to the next format, by the format that it has. Done by the first who opens it to write. */
export const UPGRADES: Readonly<Record<number, string>> = {
  1: "ALTER TABLE object ADD COLUMN prevent_destroy INTEGER NOT NULL DEFAULT 0",
  2: `ALTER TABLE point ADD COLUMN stored_at INTEGER;
    ALTER TABLE point ADD COLUMN added_raw INTEGER;
    ALTER TABLE point ADD COLUMN added_stored INTEGER;
    ALTER TABLE point ADD COLUMN cleared TEXT;
    ALTER TABLE point ADD COLUMN log_place TEXT;`,
  3: `ALTER TABLE point ADD COLUMN purge TEXT;${APPLY_TABLES}`,
  4: "ALTER TABLE point ADD COLUMN changes TEXT",
  5: `ALTER TABLE point ADD COLUMN notes TEXT;
    ALTER TABLE point ADD COLUMN pinned TEXT;`,
};
