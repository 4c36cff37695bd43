// The properties of a form's field: what every field needs comes first and stands open, all else follows folded.
import { h, type ComponentChild } from "preact";
import { w } from "./data";
import { firstOf, offered, others, read, TICKED, written, type Field, type Showing } from "./showing";

type Edit = (field: Field, name: string, value: unknown) => void;
type Entry = { id: string };
type Group = { id: string; label: string; entries?: Entry[]; shouldOpen?: boolean };
type Fields = { getAll(): Field[] };
type Panel = { registerProvider(provider: FormPanel, priority: number): void };
type Props = { id: string; field: Field; edit: Edit; fields: Field[] };

/** In this order, before all others. */
const FIRST = ["general", "staticOptions", "dynamicOptions", "optionsExpression", "validation"];
const CONDITION = "condition";
const SELDOM = new Set(["description", "defaultValue", "disabled", "readonly"]);
const EXPRESSION = "=";

class FormPanel {
  static $inject = ["propertiesPanel", "formFieldRegistry"];
  constructor(panel: Panel, private fields: Fields) {
    panel.registerProvider(this, 400);
  }

  getGroups(field: Field, edit: Edit): (groups: Group[]) => Group[] {
    return (groups) => ordered(groups.flatMap(parted)).map((group) => (group.id === CONDITION ? this.withShowing(group, field, edit) : group));
  }

  private withShowing(group: Group, field: Field, edit: Edit): Group {
    const entry = { id: "bihuan-shown-when", component: shownWhen, isEdited: () => Boolean(field.conditional?.hide), field, edit, fields: others(field, this.fields.getAll().find((one) => one.type === "default")!) };
    return { ...group, entries: [entry, ...(group.entries ?? [])], shouldOpen: Boolean(field.conditional?.hide) };
  }
}

/** What is seldom set leaves the first group for one of its own. */
function parted(group: Group): Group[] {
  const seldom = group.entries?.filter((entry) => SELDOM.has(entry.id)) ?? [];
  if (group.id !== "general" || seldom.length === 0) return [group];
  return [{ ...group, entries: group.entries!.filter((entry) => !seldom.includes(entry)) }, { ...group, id: "bihuan-more", label: w("form.more"), entries: seldom }];
}

function ordered(groups: Group[]): Group[] {
  const order = [...FIRST, CONDITION, "bihuan-more"];
  const place = (group: Group): number => (order.includes(group.id) ? order.indexOf(group.id) : order.length);
  return [...groups].sort((one, other) => place(one) - place(other)).map((group) => (FIRST.includes(group.id) ? { ...group, shouldOpen: true } : group));
}

/** The simple way to say when a field is shown, above the expression that it writes. */
function shownWhen({ id, field, edit, fields }: Props): ComponentChild {
  const hide = field.conditional?.hide ?? "";
  const now = read(hide, fields);
  const other = fields.find((one) => one.key === now?.key);
  const set = (next: Showing | undefined): void => {
    const about = fields.find((one) => one.key === next?.key);
    edit(field, "conditional", next && about ? { hide: written(next, about) } : undefined);
  };
  const choices = [["", w("form.when.always")], ...fields.map((one) => [one.key!, one.label || one.key!])];
  if (hide && !now) choices.push([EXPRESSION, w("form.when.expression")]);
  const choose = (key: string): void => {
    const chosen = fields.find((one) => one.key === key);
    if (key !== EXPRESSION) set(chosen && firstOf(chosen));
  };
  return h("div", { class: "bio-properties-panel-entry", "data-entry-id": id },
    h("label", { class: "bio-properties-panel-label", for: id }, w("form.when")),
    list(id, w("form.when"), now?.key ?? (hide ? EXPRESSION : ""), choices, choose),
    now && other ? compared(id, now, other, set) : null,
    h("div", { class: "bio-properties-panel-description" }, w("form.when.hint")));
}

function compared(id: string, now: Showing, other: Field, set: (next: Showing) => void): ComponentChild {
  const signs = [["is", w("form.when.is")], ["not", w("form.when.not")]];
  const label = (value: string): string => (value === TICKED && other.type === "checkbox" ? w("form.when.ticked") : (other.values?.find((one) => one.value === value)?.label ?? value));
  const choose = (value: string): void => set({ ...now, value });
  return h("div", { class: "bh-shown-when" },
    list(`${id}-sign`, w("form.when.sign"), now.negated ? "not" : "is", signs, (sign) => set({ ...now, negated: sign === "not" })),
    offered(other)
      ? list(`${id}-value`, w("form.when.value"), now.value, offered(other)!.map((value) => [value, label(value)]), choose)
      : h("input", { id: `${id}-value`, type: other.type === "number" ? "number" : "text", step: "any", class: "bio-properties-panel-input", "aria-label": w("form.when.value"), placeholder: w("form.when.value"), value: now.value, onChange: (event: Event) => choose((event.target as HTMLInputElement).value) }));
}

function list(id: string, label: string, value: string, options: string[][], choose: (value: string) => void): ComponentChild {
  return h("select", { id, class: "bio-properties-panel-input", "aria-label": label, value, onChange: (event: Event) => choose((event.target as HTMLSelectElement).value) },
    options.map(([key, text]) => h("option", { key, value: key }, text)));
}

export default { __init__: ["bihuanFormPanel"], bihuanFormPanel: ["type", FormPanel] };
