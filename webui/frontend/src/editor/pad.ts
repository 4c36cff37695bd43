// The small menu of an element: as small as the drawing is, off its neighbours, flows and words, and away while several are being chosen.
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type EventBus from "diagram-js/lib/core/EventBus";
import ContextPad from "diagram-js/lib/features/context-pad/ContextPad";
import type { Element, Shape } from "diagram-js/lib/model/Types";
import { box, freest, meet, taken, type Box } from "./geometry";

/** Below this its signs can neither be told apart nor met. */
const SMALLEST = 0.7;
/** From here on the library's place beside the element is free. */
const LARGE = 1;
/** Between an element and the menu below or above it. */
const GAP = 6;

type Place = { left: number; top: number };
type Inside = { _getPosition(target: Element | Element[]): Place };

class Pad extends ContextPad {
  static override $inject = ["canvas", "elementRegistry", "eventBus", "scheduler"];
  constructor(private drawing: Canvas, private elements: ElementRegistry, bus: EventBus, scheduler: ConstructorParameters<typeof ContextPad>[3]) {
    super(drawing, elements, bus, scheduler);
    const holder = drawing.getContainer();
    bus.on("canvas.viewbox.changed", () => holder.style.setProperty("--bh-pad", String(Math.min(1, Math.max(SMALLEST, drawing.zoom())))));
    const choosing = (event: KeyboardEvent): boolean => holder.classList.toggle("bh-choosing", event.shiftKey);
    document.addEventListener("keydown", choosing);
    document.addEventListener("keyup", choosing);
    // Where the key is let go in another window, nothing tells of it here.
    window.addEventListener("blur", () => holder.classList.remove("bh-choosing"));
  }

  /** In a small drawing the menu would lie over the next step, and over the flow to it: there it stands where least is covered. */
  _getPosition(target: Element | Element[]): Place {
    const beside = (ContextPad.prototype as unknown as Inside)._getPosition.call(this, target);
    if (Array.isArray(target) || "waypoints" in target || this.drawing.zoom() >= LARGE) return beside;
    const { x, y, width, height, scale } = this.drawing.viewbox();
    const menu = this.drawing.getContainer().querySelector(".djs-context-pad")!.getBoundingClientRect();
    const others = taken(this.elements, this.drawing, []);
    const seen = { left: x, right: x + width, top: y, bottom: y + height };
    const covered = (one: Box): number => (holds(seen, one) ? others.filter((other) => meet(one, other)).length : Infinity);
    const { left, top } = freest(around(box(target as Shape), menu.width / scale, menu.height / scale, GAP / scale), covered);
    return { left: (left - x) * scale, top: (top - y) * scale };
  }
}

const holds = (one: Box, other: Box): boolean => one.left <= other.left && other.right <= one.right && one.top <= other.top && other.bottom <= one.bottom;

/** Below and above an element: from where it begins, up to where it ends, and on either side of its middle, where a flow may leave. */
function around(one: Box, width: number, height: number, gap: number): Box[] {
  const centre = (one.left + one.right) / 2;
  const lefts = [one.left, one.right - width, centre + gap, centre - gap - width];
  return [one.bottom + gap, one.top - gap - height].flatMap((top) => lefts.map((left) => ({ left, right: left + width, top, bottom: top + height })));
}

export default { contextPad: ["type", Pad] };
