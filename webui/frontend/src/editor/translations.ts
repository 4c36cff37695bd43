// The translation of a text, written beside the finding that misses it, into the catalogue of the package.
import { make, w, type Finding } from "./data";
import { pending, textOf } from "./pending";

/** What was typed and not added yet, by catalogue and text: the list of findings is made anew under the hands of the owner. */
const typed = new Map<string, Map<string, string>>();

export function translation(one: Finding): HTMLElement {
  const own = typed.get(one.file) ?? new Map<string, string>();
  typed.set(one.file, own);
  const input = make("input", { class: "form-control form-control-sm", "aria-label": `${one.title}: ${one.subject}`, placeholder: one.title, autocomplete: "off" });
  input.value = own.get(one.subject) ?? "";
  input.addEventListener("input", () => own.set(one.subject, input.value));
  const form = make("form", { class: "bh-translation" }, input, make("button", { class: "btn btn-sm btn-outline-primary" }, w("translation.add")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void add(one.file, own);
  });
  return form;
}

/** Adds all that was typed for a catalogue, not only the line whose button was pressed. */
async function add(file: string, own: Map<string, string>): Promise<void> {
  const entries = [...own].filter(([, said]) => said.trim() !== "");
  if (entries.length === 0) return;
  own.clear();
  const added = entries.map(([text, said]) => `\nmsgid ${quoted(text)}\nmsgstr ${quoted(said.trim())}\n`);
  pending.set(file, `${((await textOf(file)) ?? "").trimEnd()}\n${added.join("")}`);
}

/** A text as catalogues write it. */
function quoted(text: string): string {
  const escaped = text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n").replace(/\t/g, "\\t").replace(/\r/g, "\\r");
  return `"${escaped}"`;
}
