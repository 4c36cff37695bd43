// When a field of a form is shown, and when it must be answered: chosen among the answers of others, or an expression.
import { h, type ComponentChild } from "preact";
import { controls, EXPRESSION, type Choice } from "./answer-controls";
import { begun, opposite, read, written, type Answer, type Field } from "./answers";
import { w } from "./data";

export type Edit = (field: Field, what: string | Record<string, unknown>, value?: unknown) => void;
/** What an entry is given: the field of which it speaks, and the fields whose answers it may depend on. */
export type Props = { id: string; field: Field; edit: Edit; fields: Field[] };

const { entry, list, compared } = controls(h);
const ALWAYS = "!";

/** The simple way to say when a field is shown, above the expression that it writes. */
export function shownWhen({ id, field, edit, fields }: Props): ComponentChild {
  const hide = field.conditional?.hide ?? "";
  const answer = read(hide, fields);
  const now = answer && opposite(answer);
  const set = (next: Answer | undefined): void => edit(field, "conditional", next && { hide: written(opposite(next), about(next, fields)) });
  const choices: Choice[] = [["", w("form.when.always")], ...fields.map((one): Choice => [one.key!, named(one)])];
  if (hide && !now) choices.push([EXPRESSION, w("form.when.expression")]);
  const choose = (key: string): void => {
    if (key !== EXPRESSION) set(begun(key, fields));
  };
  return entry(id, w("form.when"), w("form.when.hint"),
    list(id, w("form.when"), now?.key ?? (hide ? EXPRESSION : ""), choices, choose),
    now && compared(id, now, about(now, fields), set));
}

/** Whether a field must be answered: never, always, or for an answer of another. */
export function requiredWhen({ id, field, edit, fields }: Props): ComponentChild {
  const { required, ...validate } = field.validate ?? {};
  const { requiredWhen: condition = "", ...properties } = field.properties ?? {};
  const now = required ? undefined : read(condition, fields);
  const set = (always: boolean, when?: string): void =>
    edit(field, { validate: filled({ ...validate, ...(always ? { required: true } : {}) }), properties: filled({ ...properties, ...(when ? { requiredWhen: when } : {}) }) });
  const depend = (next: Answer): void => set(false, written(next, about(next, fields)));
  const choices: Choice[] = [["", w("form.must.never")], [ALWAYS, w("form.must.always")], ...fields.map((one): Choice => [one.key!, w("form.must.when", { label: named(one) })])];
  if (condition && !now && !required) choices.push([EXPRESSION, condition]);
  const choose = (key: string): void => {
    const next = begun(key, fields);
    if (next) depend(next);
    else if (key !== EXPRESSION) set(key === ALWAYS);
  };
  return entry(id, w("form.must"), w("form.must.hint"),
    list(id, w("form.must"), required ? ALWAYS : (now?.key ?? (condition ? EXPRESSION : "")), choices, choose),
    now && compared(id, now, about(now, fields), depend));
}

const named = (field: Field): string => field.label || field.key!;
const about = (answer: Answer, fields: Field[]): Field => fields.find((one) => one.key === answer.key)!;
const filled = (values: Record<string, unknown>): Record<string, unknown> | undefined => (Object.keys(values).length > 0 ? values : undefined);
