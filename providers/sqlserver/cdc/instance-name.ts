import { createHash } from "node:crypto";

/** @capture_instance takes no more (sys.sp_cdc_enable_table; error 22927). */
const LONGEST = 100;
const PLAIN = /^[A-Za-z][A-Za-z0-9_]*$/;
const HASH_DIGITS = 12;

interface TableName {
  readonly schema: string;
  readonly name: string;
}

/**
 * Names a capture instance: `dbo_Orders`, as the server itself does, as long as that is short, plain and free. Other names get
 * `holdfast_`, what is plain of them, and a hash of the whole name: functions and tables are made of an instance's name.
 * `taken` in small letters, since names of a database may be told apart by their case or not.
 */
export function nameInstance(table: TableName, taken: ReadonlySet<string>): string {
  const usual = usualName(table);
  const isFree = !taken.has(usual.toLowerCase());
  return isFree && isFit(usual) ? usual : longName(table);
}

/** What `nameInstance` may have named it. */
export function namesOfInstance(table: TableName): readonly string[] {
  const usual = usualName(table);
  return isFit(usual) ? [usual, longName(table)] : [longName(table)];
}

function usualName({ schema, name }: TableName): string {
  return `${schema}_${name}`;
}

function isFit(usual: string): boolean {
  return usual.length <= LONGEST && PLAIN.test(usual);
}

function longName(table: TableName): string {
  const whole = JSON.stringify([table.schema, table.name]);
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, HASH_DIGITS);
  const plain = usualName(table)
    .replaceAll(/[^A-Za-z0-9_]/g, "_")
    .slice(0, LONGEST - 30);
  return `holdfast_${plain}_${hash}`;
}
