import { listValue, objectValue, stringValue, type Value } from "../values/value.ts";
import { DYNAMIC, objectType, STRING, type ValueType } from "../values/value-type.ts";
import { CsvError, readCsv } from "./csv.ts";
import type { EagerFunction, FunctionFault } from "./function-declaration.ts";
import { stringParameter, textOf } from "./parameter.ts";

const csvdecode: EagerFunction = {
  kind: "eager",
  name: "csvdecode",
  parameters: [stringParameter("str")],
  returns: DYNAMIC,
  call([text]) {
    try {
      return decodeCsv(textOf(text));
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      return { fault: error.message };
    }
  },
};

/** A list of objects, one a record; the first record names the attributes. */
function decodeCsv(text: string): Value | FunctionFault {
  const records = readCsv(text);
  const header = records.next();
  if (header.done === true) return { fault: "missing header line" };
  const names = header.value.fields.map((name) => name.normalize("NFC"));
  const types = new Map<string, ValueType>();
  for (const name of names) {
    if (types.has(name)) return { fault: `duplicate column name ${JSON.stringify(name)}` };
    types.set(name, STRING);
  }
  const rows: Value[] = [];
  for (const { fields, line } of records) {
    if (fields.length !== names.length) throw new CsvError(line, "wrong number of fields");
    rows.push(objectValue(new Map(names.map((name, at) => [name, stringValue(fields[at] ?? "")]))));
  }
  return listValue(objectType(types), rows);
}

export const CSV_FUNCTIONS: readonly EagerFunction[] = [csvdecode];
