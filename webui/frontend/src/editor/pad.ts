// The small menu of an element: as small as the drawing is, off the row of steps, and away while several are being chosen.
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type EventBus from "diagram-js/lib/core/EventBus";
import ContextPad from "diagram-js/lib/features/context-pad/ContextPad";
import type { Element } from "diagram-js/lib/model/Types";

/** Below this its signs can neither be told apart nor met. */
const SMALLEST = 0.7;
/** From here on the library's place beside the element is free. */
const LARGE = 1;
/** Between an element and the menu below it. */
const GAP = 6;

type Place = { left: number; top: number };
type Inside = { _getPosition(target: Element | Element[]): Place };

class Pad extends ContextPad {
  static override $inject = ["canvas", "elementRegistry", "eventBus", "scheduler"];
  constructor(private drawing: Canvas, registry: ElementRegistry, bus: EventBus, scheduler: ConstructorParameters<typeof ContextPad>[3]) {
    super(drawing, registry, bus, scheduler);
    const box = drawing.getContainer();
    bus.on("canvas.viewbox.changed", () => box.style.setProperty("--bh-pad", String(Math.min(1, Math.max(SMALLEST, drawing.zoom())))));
    const choosing = (event: KeyboardEvent): boolean => box.classList.toggle("bh-choosing", event.shiftKey);
    document.addEventListener("keydown", choosing);
    document.addEventListener("keyup", choosing);
    // Where the key is let go in another window, nothing tells of it here.
    window.addEventListener("blur", () => box.classList.remove("bh-choosing"));
  }

  /** In a small drawing the menu would lie over the next step, and over the flow to it: there it stands below. */
  _getPosition(target: Element | Element[]): Place {
    const beside = (ContextPad.prototype as unknown as Inside)._getPosition.call(this, target);
    if (Array.isArray(target) || "waypoints" in target || this.drawing.zoom() >= LARGE) return beside;
    const [box, around] = [this.drawing.getGraphics(target as never).getBoundingClientRect(), this.drawing.getContainer().getBoundingClientRect()];
    return { left: box.left - around.left, top: box.bottom - around.top + GAP };
  }
}

export default { contextPad: ["type", Pad] };
