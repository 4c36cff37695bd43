// The small menu beside an element: as small as the drawing is, and away while several elements are being chosen.
import type Canvas from "diagram-js/lib/core/Canvas";
import type EventBus from "diagram-js/lib/core/EventBus";

/** Below this its signs can neither be told apart nor met. */
const SMALLEST = 0.7;

class Pad {
  static $inject = ["eventBus", "canvas"];
  constructor(bus: EventBus, canvas: Canvas) {
    const drawing = canvas.getContainer();
    bus.on("canvas.viewbox.changed", () => drawing.style.setProperty("--bh-pad", String(Math.min(1, Math.max(SMALLEST, canvas.zoom())))));
    const choosing = (event: KeyboardEvent): boolean => drawing.classList.toggle("bh-choosing", event.shiftKey);
    document.addEventListener("keydown", choosing);
    document.addEventListener("keyup", choosing);
    // Where the key is let go in another window, nothing tells of it here.
    window.addEventListener("blur", () => drawing.classList.remove("bh-choosing"));
  }
}

export default { __init__: ["bihuanPad"], bihuanPad: ["type", Pad] };
