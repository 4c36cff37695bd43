// The controls by which an answer of a field is chosen: the field, equal or not, and the value.
import type { ComponentChild, h as Make } from "preact";
import { offered, TICKED, type Answer, type Field } from "./answers";
import { w } from "./data";

export type Choice = [value: string, label: string];
/** What stands in the list of fields for a condition that says more. */
export const EXPRESSION = "=";

type Controls = {
  entry(id: string, label: string, hint: string, ...inside: ComponentChild[]): ComponentChild;
  list(id: string, label: string, value: string, options: Choice[], choose: (value: string) => void): ComponentChild;
  compared(id: string, now: Answer, other: Field, set: (next: Answer) => void): ComponentChild;
};

/** The controls as the panel makes its parts: each library brings its own copy of what *h* makes. */
export function controls(h: typeof Make): Controls {
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

  return { entry, list, compared };
}
