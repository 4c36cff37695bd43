// The words of a flow stand beside it, near where it begins, and lie neither on it nor on another.
import CommandInterceptor from "diagram-js/lib/command/CommandInterceptor";
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type EventBus from "diagram-js/lib/core/EventBus";
import type Modeling from "diagram-js/lib/features/modeling/Modeling";
import type { Connection, Element, Shape } from "diagram-js/lib/model/Types";
import type { Point } from "diagram-js/lib/util/Types";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { freest, grown, meet, taken, type Box } from "./geometry";

/** Between the words and the line. */
const GAP = 6;

type Named = { context: { element: Element; unnamed?: boolean } };
type Size = { width: number; height: number };

class Words extends CommandInterceptor {
  static $inject = ["eventBus", "elementRegistry", "canvas", "modeling"];
  constructor(bus: EventBus, private registry: ElementRegistry, private canvas: Canvas, private modeling: Modeling) {
    super(bus);
    this.preExecute("element.updateLabel", ({ context }: Named) => {
      context.unnamed = is(context.element as never, "bpmn:SequenceFlow") && !context.element["label"] && !context.element["labelTarget"];
    });
    // Where words stand already, their owner has seen them there.
    this.postExecuted("element.updateLabel", ({ context: { element, unnamed } }: Named) => {
      if (unnamed && element["label"]) this.place(element as Connection, element["label"] as Shape);
    });
  }

  private place(flow: Connection, label: Shape): void {
    const others = taken(this.registry, this.canvas, [label]);
    const covered = (one: Box): number => others.filter((other) => meet(grown(one, GAP / 2), other)).length;
    const best = freest(beside(flow.waypoints, label), covered);
    this.modeling.moveShape(label, { x: Math.round(best.left - label.x), y: Math.round(best.top - label.y) });
  }
}

/** Where words may stand: at each part of the flow in turn, at its beginning, its end and its middle, on either side. */
function beside(way: Point[], size: Size): Box[] {
  return way.slice(1).flatMap((to, place) => {
    const from = way[place]!;
    const level = Math.abs(to.x - from.x) >= Math.abs(to.y - from.y);
    return [from, to, { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }].flatMap((at, where) => {
      const along = where === 2 ? 0 : where === 0 ? 1 : -1;
      return level ? ofLevel(at, along * Math.sign(to.x - from.x), size) : ofUpright(at, along * Math.sign(to.y - from.y), size);
    });
  });
}

/** Above and below a level line; *along* tells on which side of the point. */
function ofLevel({ x, y }: Point, along: number, size: Size): Box[] {
  const left = x - size.width / 2 + along * (size.width / 2 + GAP);
  return [y - GAP - size.height, y + GAP].map((top) => at(left, top, size));
}

/** To the right and to the left of an upright line. */
function ofUpright({ x, y }: Point, along: number, size: Size): Box[] {
  const top = y - size.height / 2 + along * (size.height / 2 + GAP);
  return [x + GAP, x - GAP - size.width].map((left) => at(left, top, size));
}

const at = (left: number, top: number, { width, height }: Size): Box => ({ left, right: left + width, top, bottom: top + height });

export default { __init__: ["bihuanWords"], bihuanWords: ["type", Words] };
