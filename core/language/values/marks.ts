import { type Marks, NO_MARKS, type Value } from "./value.ts";

/** The value with these marks added to its own. */
export function withMarks(value: Value, ...added: readonly Marks[]): Value {
  let marks = value.marks;
  for (const more of added) if (more.size > 0) marks = marks.union(more);
  return marks.size === value.marks.size ? value : { ...value, marks };
}

export function joinMarks(...all: readonly Marks[]): Marks {
  let marks = NO_MARKS;
  for (const more of all) if (more.size > 0) marks = marks.union(more);
  return marks;
}

/** The value without its own marks; marks inside it stay. */
export function withoutMarks(value: Value): Value {
  return value.marks.size === 0 ? value : { ...value, marks: NO_MARKS };
}

/** All marks on the value and inside it. */
export function marksWithin(value: Value): Marks {
  let marks = value.marks;
  if (value.kind === "sequence") {
    for (const element of value.content) marks = joinMarks(marks, marksWithin(element));
  } else if (value.kind === "mapping") {
    for (const element of value.content.values()) marks = joinMarks(marks, marksWithin(element));
  }
  return marks;
}

/** The value with no mark on it or inside it. */
export function withoutMarksWithin(value: Value): Value {
  if (value.kind === "sequence") {
    return { ...value, content: value.content.map(withoutMarksWithin), marks: NO_MARKS };
  }
  if (value.kind === "mapping") {
    const content = new Map<string, Value>();
    for (const [name, element] of value.content) content.set(name, withoutMarksWithin(element));
    return { ...value, content, marks: NO_MARKS };
  }
  return withoutMarks(value);
}
