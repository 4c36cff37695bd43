// The properties of a form's field: what every field needs comes first and stands open, all else follows folded.
import { others, type Field } from "./answers";
import { w } from "./data";
import { requiredWhen, shownWhen, type Edit, type Props } from "./form-conditions";

type Entry = { id: string };
type Group = { id: string; label: string; entries?: Entry[]; shouldOpen?: boolean };
type Fields = { getAll(): Field[] };
type Panel = { registerProvider(provider: FormPanel, priority: number): void };

/** In this order, before all others. */
const FIRST = ["general", "staticOptions", "dynamicOptions", "optionsExpression", "validation"];
const CONDITION = "condition";
const SELDOM = new Set(["description", "defaultValue", "disabled", "readonly", "id", "versionTag"]);
const REQUIRED = "required";

class FormPanel {
  static $inject = ["propertiesPanel", "formFieldRegistry"];
  constructor(panel: Panel, private fields: Fields) {
    panel.registerProvider(this, 400);
  }

  getGroups(field: Field, edit: Edit): (groups: Group[]) => Group[] {
    const of = (id: string, component: unknown, isEdited: () => boolean): Entry & Props & { component: unknown; isEdited: () => boolean } => ({ id, component, isEdited, field, edit, fields: this.before(field) });
    const shown = (): boolean => Boolean(field.conditional?.hide);
    const must = (): boolean => Boolean(field.validate?.["required"] || field.properties?.["requiredWhen"]);
    return (groups) =>
      ordered(groups.flatMap(parted)).map((group) => {
        const entries = group.entries ?? [];
        if (group.id === CONDITION) return { ...group, entries: [of("bihuan-shown-when", shownWhen, shown), ...entries], shouldOpen: shown() };
        return { ...group, entries: entries.map((entry) => (entry.id === REQUIRED ? of("bihuan-required", requiredWhen, must) : entry)) };
      });
  }

  /** The fields whose answers this one may depend on. */
  private before(field: Field): Field[] {
    const form = this.fields.getAll().find((one) => one.type === "default");
    return form ? others(field, form) : [];
  }
}

/** What is seldom set leaves the first group for one of its own. */
function parted(group: Group): Group[] {
  const seldom = group.entries?.filter((entry) => SELDOM.has(entry.id)) ?? [];
  if (group.id !== "general" || seldom.length === 0) return [group];
  const often = group.entries!.filter((entry) => !seldom.includes(entry));
  return [...(often.length > 0 ? [{ ...group, entries: often }] : []), { ...group, id: "bihuan-more", label: w("form.more"), entries: seldom }];
}

function ordered(groups: Group[]): Group[] {
  const order = [...FIRST, CONDITION, "bihuan-more"];
  const place = (group: Group): number => (order.includes(group.id) ? order.indexOf(group.id) : order.length);
  return [...groups].sort((one, other) => place(one) - place(other)).map((group) => (FIRST.includes(group.id) ? { ...group, shouldOpen: true } : group));
}

export default { __init__: ["bihuanFormPanel"], bihuanFormPanel: ["type", FormPanel] };
