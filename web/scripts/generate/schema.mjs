// What both generators read from the schema.

/** `#/$defs/room_join` → `room_join` */
export function nameOfReference(reference) {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** The fields of a struct: `{name, schema, required}`, in the order of declaration. */
export function fieldsOf(struct) {
  const required = new Set(struct.required ?? []);
  return Object.entries(struct.properties ?? {}).map(([name, schema]) => ({
    name,
    schema,
    required: required.has(name),
  }));
}

/** The names of the fields of which exactly one must be there; empty where all are free. */
export function alternativesOf(struct) {
  return (struct.oneOf ?? []).flatMap((option) => option.required ?? []);
}

const wholeRange = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

/** True for a number that is only bounded by what JSON holds. */
export function isUnbounded({ minimum, maximum }) {
  return minimum === wholeRange.minimum && maximum === wholeRange.maximum;
}
