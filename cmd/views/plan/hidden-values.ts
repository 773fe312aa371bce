import { isJsonObject, type Json } from "../../../core/kit/json.ts";

type Paths = readonly (readonly string[])[];

/** The paths below one name. */
function below(paths: Paths, name: string): Paths {
  return paths.filter(([first]) => first === name).map((path) => path.slice(1));
}

/** The value with null in place of what is hidden. */
export function withoutSensitive(value: Json, paths: Paths): Json {
  if (paths.some((path) => path.length === 0)) return null;
  if (paths.length === 0 || !isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      withoutSensitive(member, below(paths, name)),
    ]),
  );
}

/** True where something is hidden, in the shape of the value, as Terraform says it. */
export function sensitiveMap(value: Json, paths: Paths): Json {
  if (paths.some((path) => path.length === 0)) return true;
  if (!isJsonObject(value)) return false;
  const names = Object.keys(value).filter((name) => below(paths, name).length > 0);
  return Object.fromEntries(
    names.map((name) => [name, sensitiveMap(value[name] ?? null, below(paths, name))]),
  );
}
