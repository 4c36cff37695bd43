// The options of a choice: what a new one begins with, and what an option that is added is called.
import { w } from "./data";

type Option = { label: string; value: string };
type Field = { id: string; type: string; values?: Option[] };
type Group = { id: string; add?: (event: Event) => void };
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
    };
    return (groups) => groups.map((group) => (group.id === "staticOptions" ? { ...group, add } : group));
  }
}

export default { __init__: ["bihuanChoices"], bihuanChoices: ["type", ChoiceProvider] };
