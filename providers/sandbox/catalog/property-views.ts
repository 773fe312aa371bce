import type { ViewDefinition } from "./view-definition.ts";

/** `class_desc` by class. */
const CLASSES: Readonly<Record<number, string>> = {
  0: "DATABASE",
  1: "OBJECT_OR_COLUMN",
  2: "PARAMETER",
  3: "SCHEMA",
  4: "DATABASE_PRINCIPAL",
  6: "TYPE",
  7: "INDEX",
};

export const PROPERTY_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.extended_properties",
    columns:
      "class tinyint, class_desc desc?, major_id int, minor_id int, name sysname, value variant?",
    *rows({ database }) {
      for (const property of database.catalog.extendedProperties.values()) {
        yield {
          class: property.class,
          class_desc: CLASSES[property.class] ?? null,
          major_id: property.majorId,
          minor_id: property.minorId,
          name: property.name,
          value: property.value,
        };
      }
    },
  },
];
