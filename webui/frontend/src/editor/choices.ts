// The options of a choice: what a new one begins with, and what an option that is added is called.
import { w } from "./data";
import { bringIntoSight, drawn } from "./reveal";

type Option = { label: string; value: string };
type Field = { id: string; type: string; values?: Option[] };
type Item = { autoFocusEntry?: string };
type Group = { id: string; add?: (event: Event) => void; items?: Item[] };
type Edit = (field: Field, name: string, value: Option[]) => void;
type Panel = { registerProvider(provider: ChoiceProvider, priority: number): void };

/** Most choices of an office are a question that is answered with yes or no. */
export const firstOptions = (): Option[] => ["yes", "no"].map((value) => ({ label: w(`choice.${value}`), value }));

/** The next option of a list, by the first number from its place on that no other has. */
function nextOption(options: Option[]): Option {
  let number = options.length + 1;
  const named = (): Option => ({ label: w("choice.option", { number }), value: `option_${number}` });
  while (options.some((one) => one.label === named().label || one.value === named().value)) number += 1;
  return named();
}

/** The library adds options under English names: its button is given our work. */
class ChoiceProvider {
  static $inject = ["propertiesPanel"];
  constructor(panel: Panel) {
    panel.registerProvider(this, 500);
  }

  getGroups(field: Field, edit: Edit): (groups: Group[]) => Group[] {
    const add = (event: Event): void => {
      event.stopPropagation();
      const options = field.values ?? [];
      edit(field, "values", [...options, nextOption(options)]);
      const group = (event.target as Element).closest('[data-group-id="group-staticOptions"]')!;
      drawn(() => beginLast(group));
    };
    // The library would scroll the page to the option that is new.
    const still = (items: Item[] = []): Item[] => items.map(({ autoFocusEntry: _, ...item }) => item);
    return (groups) => groups.map((group) => (group.id === "staticOptions" ? { ...group, add, items: still(group.items) } : group));
  }
}

/** The words of the option that was added can be typed at once. */
function beginLast(group: Element): void {
  const input = [...group.querySelectorAll<HTMLInputElement>('[data-entry-id$="-label"] input')].at(-1);
  input?.focus({ preventScroll: true });
  input?.select();
  bringIntoSight(group);
}

export default { __init__: ["bihuanChoices"], bihuanChoices: ["type", ChoiceProvider] };
