// What is appended to a step lies in the step's lane, also where the library would put it on the border of two, and in
// the step's row where it is put into a flow.
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type EventBus from "diagram-js/lib/core/EventBus";
import type { Shape } from "diagram-js/lib/model/Types";
import type { Point } from "diagram-js/lib/util/Types";
import { getNewShapePosition } from "bpmn-js/lib/features/auto-place/BpmnAutoPlaceUtil";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { wayThrough } from "./inserting";
import { DISTANCE } from "./room";

/** Its snapping to the grid answers at 2000. */
const BEFORE_THE_LIBRARY = 2500;
/** So far from the border the middle of a shape is plainly on one side of it. */
const INSIDE = 10;

class Placing {
  static $inject = ["eventBus", "elementRegistry"];
  constructor(bus: EventBus, private registry: ElementRegistry) {
    bus.on<{ source: Shape; shape: Shape }>("autoPlace", BEFORE_THE_LIBRARY, ({ source, shape }): Point | undefined => {
      if (wayThrough(source, shape)) return { x: source.x + source.width + DISTANCE + shape.width / 2, y: source.y + source.height / 2 };
      const { x, y } = getNewShapePosition(source as never, shape as never, registry) as Point;
      const lane = this.laneOf(source);
      if (lane && Math.abs(y - lane.y) < INSIDE) return { x, y: lane.y + INSIDE };
      if (lane && Math.abs(y - lane.y - lane.height) < INSIDE) return { x, y: lane.y + lane.height - INSIDE };
      return undefined; // the library's own place
    });
  }

  /** The innermost lane around the middle of a shape. */
  private laneOf(shape: Shape): Shape | undefined {
    const [x, y] = [shape.x + shape.width / 2, shape.y + shape.height / 2];
    const lanes = this.registry.filter((one) => is(one as never, "bpmn:Lane")) as Shape[];
    const around = lanes.filter((one) => one.x < x && x < one.x + one.width && one.y < y && y < one.y + one.height);
    return around.sort((one, other) => one.height - other.height)[0];
  }
}

export default { __init__: ["bihuanPlacing"], bihuanPlacing: ["type", Placing] };
