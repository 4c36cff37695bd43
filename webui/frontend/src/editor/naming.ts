// A gateway that chooses is asked for its name when it is drawn, as the library asks for that of a task.
import type EventBus from "diagram-js/lib/core/EventBus";
import type { Element } from "diagram-js/lib/model/Types";
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

export default { __init__: ["bihuanNaming"], bihuanNaming: ["type", Naming] };
