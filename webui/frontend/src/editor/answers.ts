// A field that is shown or required only when another is answered so: read from and written as FEEL.

export type Field = { id: string; type: string; key?: string; label?: string; path?: string; values?: { label: string; value: string }[]; conditional?: { hide?: string }; validate?: Record<string, unknown>; properties?: Record<string, string>; components?: Field[]; _parent?: string };
/** The answer of *key* is *value*, or, negated, is another. */
export type Answer = { key: string; negated: boolean; value: string };

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const SHAPE = /^=\s*([\p{L}_][\p{L}\p{N}_]*)\s*(!=|=)\s*(true|-?\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*")\s*$/u;
const COMPARED = new Set(["radio", "select", "checkbox", "textfield", "textarea", "number"]);
export const TICKED = "true";

/** All parts of a form, in the order in which they are read. */
const parts = (one: Field): Field[] => [one, ...(one.components ?? []).flatMap(parts)];

/** The fields of *form* whose answers *field* may depend on: those beside it, of kinds that are compared with one value. */
export function others(field: Field, form: Field): Field[] {
  const all = parts(form);
  const byId = new Map(all.map((one) => [one.id, one]));
  const above = (one: Field): Field[] => {
    const parent = byId.get(one._parent ?? "");
    return parent ? [parent, ...above(parent)] : [];
  };
  const level = (one: Field): string => above(one).find((each) => each.type === "dynamiclist" || each.path || !each._parent)?.id ?? "";
  return all.filter((one) => COMPARED.has(one.type) && NAME.test(one.key ?? "") && level(one) === level(field) && ![one, ...above(one)].some((each) => each.id === field.id));
}

/** The values that *field* can have, if only these. */
export const offered = (field: Field): string[] | undefined => (field.type === "checkbox" ? [TICKED] : field.values?.map((one) => one.value));

/** The field whose answer it is. */
export const fieldOf = (answer: Answer, fields: Field[]): Field => fields.find((one) => one.key === answer.key)!;

/** With what begins to depend on *other*: its last answer, since the exception (not passed, no, others) stands last. */
const firstOf = (other: Field): Answer => ({ key: other.key!, negated: false, value: offered(other)?.at(-1) ?? "" });

/** The same for the field with this *key*, if there is one. */
export function begun(key: string, fields: Field[]): Answer | undefined {
  const chosen = fields.find((one) => one.key === key);
  return chosen && firstOf(chosen);
}

/** True while the other is answered so; an answer that is not given yet differs from every value. */
export function written({ key, negated, value }: Answer, other: Field): string {
  return `=${key} ${negated ? "!=" : "="} ${literal(other, value)}`;
}

/** What *condition* says about one of *fields*; nothing where it says more, or anything else. */
export function read(condition: string, fields: Field[]): Answer | undefined {
  const [, key, sign, text] = SHAPE.exec(condition) ?? [];
  const other = fields.find((one) => one.key === key);
  if (!other || text === undefined) return undefined;
  const found = { key: key!, negated: sign === "!=", value: valueOf(text) };
  const known = offered(other)?.includes(found.value) ?? true;
  return known && literal(other, found.value) === text ? found : undefined;
}

/** What is shown for an answer is hidden for every other. */
export const opposite = (one: Answer): Answer => ({ ...one, negated: !one.negated });

function literal(other: Field, value: string): string {
  if (other.type === "checkbox") return TICKED;
  return other.type === "number" ? String(Number(value)) : JSON.stringify(value);
}

function valueOf(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return ""; // an escape that only FEEL knows
  }
}
