// The controls by which an answer of a field is chosen: the field, equal or not, and the value.
import type { ComponentChild, h as Make } from "preact";
import { begun, fieldOf, offered, TICKED, type Answer, type Field } from "./answers";
import { w } from "./data";

export type Choice = [value: string, label: string];
/** What stands in the list of fields for a condition that says more. */
const EXPRESSION = "=";

/** One entry: what it is called, the fields whose answers are offered and what each is called in the list. */
export type Deciding = {
  id: string;
  label: string;
  hint: string;
  fields: Field[];
  called: (field: Field) => string;
  /** What stands before the fields, and which of it holds where no answer decides. */
  first: Choice[];
  plain: string;
  /** The answer that decides, and the condition where it says more than one. */
  now: Answer | undefined;
  more: string | undefined;
  set: (next: Answer) => void;
  choosePlain: (value: string) => void;
};

/** Gives what makes such an entry, as the panel makes its parts: each library brings its own copy of what *h* makes. */
export function deciding(h: typeof Make): (of: Deciding) => ComponentChild {
  function entry(id: string, label: string, hint: string, ...inside: ComponentChild[]): ComponentChild {
    return h("div", { class: "bio-properties-panel-entry", "data-entry-id": id },
      h("label", { class: "bio-properties-panel-label", for: id }, label),
      ...inside,
      h("div", { class: "bio-properties-panel-description" }, hint));
  }

  function compared(id: string, now: Answer, other: Field, set: (next: Answer) => void): ComponentChild {
    const signs: Choice[] = [["is", w("form.when.is")], ["not", w("form.when.not")]];
    const label = (value: string): string => (value === TICKED && other.type === "checkbox" ? w("form.when.ticked") : (other.values?.find((one) => one.value === value)?.label ?? value));
    const choose = (value: string): void => set({ ...now, value });
    return h("div", { class: "bh-shown-when" },
      list(`${id}-sign`, w("form.when.sign"), now.negated ? "not" : "is", signs, (sign) => set({ ...now, negated: sign === "not" })),
      offered(other)
        ? list(`${id}-value`, w("form.when.value"), now.value, offered(other)!.map((value) => [value, label(value)]), choose)
        : h("input", { id: `${id}-value`, type: other.type === "number" ? "number" : "text", step: "any", class: "bio-properties-panel-input", "aria-label": w("form.when.value"), placeholder: w("form.when.value"), value: now.value, onChange: (event: Event) => choose((event.target as HTMLInputElement).value) }));
  }

  function list(id: string, label: string, value: string, options: Choice[], choose: (value: string) => void): ComponentChild {
    return h("select", { id, class: "bio-properties-panel-input", "aria-label": label, value, onChange: (event: Event) => choose((event.target as HTMLSelectElement).value) },
      options.map(([key, text]) => h("option", { key, value: key }, text)));
  }

  return ({ id, label, hint, fields, called, first, plain, now, more, set, choosePlain }) => {
    const choices: Choice[] = [...first, ...fields.map((one): Choice => [one.key!, called(one)])];
    if (more !== undefined) choices.push([EXPRESSION, more]);
    const choose = (value: string): void => {
      const next = begun(value, fields);
      if (next) set(next);
      else if (value !== EXPRESSION) choosePlain(value);
    };
    return entry(id, label, hint,
      list(id, label, now?.key ?? (more === undefined ? plain : EXPRESSION), choices, choose),
      now && compared(id, now, fieldOf(now, fields), set));
  };
}
