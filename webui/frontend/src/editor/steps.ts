// Taking back and doing again, one step at a time, and whether the drawing is as it was when it was saved last.
import type Modeler from "bpmn-js/lib/Modeler";
import type CommandStack from "diagram-js/lib/command/CommandStack";
import type EventBus from "diagram-js/lib/core/EventBus";

type Steps = CommandStack & { _stack: unknown[]; _stackIdx: number };

/** The step that was done last and not taken back; none in a drawing as it was opened. */
export function lastStep(modeler: Modeler): unknown {
  const { _stack, _stackIdx } = modeler.get<Steps>("commandStack");
  return _stack[_stackIdx];
}

/** Buttons beside the drawing do what the keys do. */
export function showSteps(modeler: Modeler): void {
  const steps = modeler.get<Steps>("commandStack");
  const button = (name: string): HTMLButtonElement => document.querySelector<HTMLButtonElement>(`.bh-modeler [data-step="${name}"]`)!;
  const [undo, redo] = [button("undo"), button("redo")];
  undo.addEventListener("click", () => steps.undo());
  redo.addEventListener("click", () => steps.redo());
  modeler.get<EventBus>("eventBus").on("commandStack.changed", () => {
    undo.disabled = !steps.canUndo();
    redo.disabled = !steps.canRedo();
  });
}
