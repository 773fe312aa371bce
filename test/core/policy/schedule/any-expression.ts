import fc from "fast-check";

const timeField = (most: number) => fc.oneof(fc.constant("*"), steps, lists(0, most));
const dayField = (least: number, most: number) => fc.oneof(fc.constant("*"), lists(least, most));

const steps = fc.integer({ min: 2, max: 20 }).map((step) => `*/${step}`);

function lists(least: number, most: number): fc.Arbitrary<string> {
  const value = fc.integer({ min: least, max: most });
  return fc
    .uniqueArray(value, { minLength: 1, maxLength: 4 })
    .map((values) => values.sort((a, b) => a - b).join(","));
}

/** Cron expressions of `*`, steps and lists, as the plain clock reads them. */
export const anyExpression = fc
  .tuple(timeField(59), timeField(23), dayField(1, 31), dayField(0, 6))
  .map(([minute, hour, day, weekday]) => `${minute} ${hour} ${day} * ${weekday}`);
