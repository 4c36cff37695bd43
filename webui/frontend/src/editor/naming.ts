// A gateway that chooses is asked for its name when it is drawn, as a task is; who gives none has changed nothing.
import type EventBus from "diagram-js/lib/core/EventBus";
import type { Element } from "diagram-js/lib/model/Types";
import LabelEditingProvider from "bpmn-js/lib/features/label-editing/LabelEditingProvider";
import { isAny } from "bpmn-js/lib/util/ModelUtil";

/** Those at which a question is asked; where ways part or meet without one, there is nothing to say. */
const CHOOSING = ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"];
/** The library begins with its own kinds at 500, when what was drawn is chosen. */
const AFTER_THE_LIBRARY = 490;

type DirectEditing = { activate(element: Element): void };
type Drawn = { shape?: Element; context?: { shape: Element; canExecute?: unknown }; isTouch?: boolean };

class Naming {
  static $inject = ["eventBus", "directEditing"];
  constructor(bus: EventBus, editing: DirectEditing) {
    const ask = (shape: Element): void => {
      if (isAny(shape, CHOOSING)) editing.activate(shape);
    };
    bus.on<Drawn>("autoPlace.end", AFTER_THE_LIBRARY, ({ shape }) => ask(shape!));
    bus.on<Drawn>("create.end", AFTER_THE_LIBRARY, ({ context, isTouch }) => {
      if (context!.canExecute && !isTouch) ask(context!.shape);
    });
  }
}

/** The library makes a step of a name that was empty and stays so: the key that takes back would seem to do nothing. */
class Labels extends LabelEditingProvider {
  static $inject = (LabelEditingProvider as unknown as { $inject: string[] }).$inject;

  override update(...[element, text, before, bounds]: Parameters<LabelEditingProvider["update"]>): void {
    if (text.trim() || before) super.update(element, text, before, bounds);
  }
}

export default { __init__: ["bihuanNaming"], bihuanNaming: ["type", Naming], labelEditingProvider: ["type", Labels] };
