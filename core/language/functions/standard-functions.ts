import { CIDR_FUNCTIONS } from "./cidr-functions.ts";
import { COLLECTION_FUNCTIONS } from "./collection-functions.ts";
import { CONVERSION_FUNCTIONS } from "./conversion-functions.ts";
import { CSV_FUNCTIONS } from "./csv-functions.ts";
import { dateFunctions } from "./date-functions.ts";
import { fileFunctions } from "./file-functions.ts";
import { FORMAT_FUNCTIONS } from "./format-functions.ts";
import type { FunctionDeclaration } from "./function-declaration.ts";
import type { FunctionEnvironment } from "./function-environment.ts";
import { JSON_FUNCTIONS } from "./json-functions.ts";
import { LAZY_FUNCTIONS } from "./lazy-functions.ts";
import { NUMBER_FUNCTIONS } from "./number-functions.ts";
import { pathFunctions } from "./path-functions.ts";
import { QUANTITY_FUNCTIONS } from "./quantity-functions.ts";
import { SEQUENCE_FUNCTIONS } from "./sequence-functions.ts";
import { STRING_FUNCTIONS } from "./string-functions.ts";
import { templateFunctions } from "./template-functions.ts";
import { yamlFunctions } from "./yaml-functions.ts";

/** All functions of the language by name. A new function is an item in one of the tables. */
export function standardFunctions(
  environment: FunctionEnvironment,
): ReadonlyMap<string, FunctionDeclaration> {
  const all: readonly FunctionDeclaration[] = [
    ...STRING_FUNCTIONS,
    ...NUMBER_FUNCTIONS,
    ...COLLECTION_FUNCTIONS,
    ...SEQUENCE_FUNCTIONS,
    ...CONVERSION_FUNCTIONS,
    ...FORMAT_FUNCTIONS,
    ...JSON_FUNCTIONS,
    ...LAZY_FUNCTIONS,
    ...QUANTITY_FUNCTIONS,
    ...fileFunctions(environment.files),
    ...pathFunctions(environment.files),
    ...dateFunctions(environment),
    ...CIDR_FUNCTIONS,
    ...CSV_FUNCTIONS,
    ...yamlFunctions(environment),
    ...templateFunctions({ files: environment.files, functions: () => functions }),
  ];
  const functions: ReadonlyMap<string, FunctionDeclaration> = new Map(
    all.map((declaration) => [declaration.name, declaration]),
  );
  return functions;
}
