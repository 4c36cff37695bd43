// When a field of a form is shown, and when it must be answered: chosen among the answers of others, or an expression.
import { h, type ComponentChild } from "preact";
import { deciding } from "./answer-controls";
import { fieldOf, opposite, read, written, type Answer, type Field } from "./answers";
import { w } from "./data";

export type Edit = (field: Field, what: string | Record<string, unknown>, value?: unknown) => void;
/** What an entry is given: the field of which it speaks, and the fields whose answers it may depend on. */
export type Props = { id: string; field: Field; edit: Edit; fields: Field[] };

const decided = deciding(h);
const ALWAYS = "!";

/** The simple way to say when a field is shown, above the expression that it writes. */
export function shownWhen({ id, field, edit, fields }: Props): ComponentChild {
  const hide = field.conditional?.hide ?? "";
  const answer = read(hide, fields);
  return decided({
    id, fields, label: w("form.when"), hint: w("form.when.hint"), called: named, first: [["", w("form.when.always")]], plain: "",
    now: answer && opposite(answer), more: hide && !answer ? w("form.when.expression") : undefined,
    set: (next) => edit(field, "conditional", { hide: written(opposite(next), fieldOf(next, fields)) }),
    choosePlain: () => edit(field, "conditional", undefined),
  });
}

/** Whether a field must be answered: never, always, or for an answer of another. */
export function requiredWhen({ id, field, edit, fields }: Props): ComponentChild {
  const { required, ...validate } = field.validate ?? {};
  const { requiredWhen: condition = "", ...properties } = field.properties ?? {};
  const now = required ? undefined : read(condition, fields);
  const set = (always: boolean, when?: string): void =>
    edit(field, { validate: filled({ ...validate, ...(always ? { required: true } : {}) }), properties: filled({ ...properties, ...(when ? { requiredWhen: when } : {}) }) });
  return decided({
    id, fields, label: w("form.must"), hint: w("form.must.hint"), called: (one) => w("form.must.when", { label: named(one) }),
    first: [["", w("form.must.never")], [ALWAYS, w("form.must.always")]], plain: required ? ALWAYS : "",
    now, more: condition && !now && !required ? condition : undefined,
    set: (next: Answer) => set(false, written(next, fieldOf(next, fields))),
    choosePlain: (value) => set(value === ALWAYS),
  });
}

const named = (field: Field): string => field.label || field.key!;
const filled = (values: Record<string, unknown>): Record<string, unknown> | undefined => (Object.keys(values).length > 0 ? values : undefined);
