// What is put into a flow, or appended, has room: what follows it moves along to the right, in the same step.
import CommandInterceptor from "diagram-js/lib/command/CommandInterceptor";
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type EventBus from "diagram-js/lib/core/EventBus";
import type Modeling from "diagram-js/lib/features/modeling/Modeling";
import type SpaceTool from "diagram-js/lib/features/space-tool/SpaceTool";
import type { Connection, Element, Shape } from "diagram-js/lib/model/Types";
import { selfAndAllChildren } from "diagram-js/lib/util/Elements";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { box, lines, meet } from "./geometry";

/** When the library has joined what it put into a flow. */
const AFTER_THE_LIBRARY = 500;
/** Closer than this two steps in a row cannot be told from each other, nor the arrow between them be seen. */
const CLOSE = 30;
/** The library's own distance between a step and what is appended to it. */
export const DISTANCE = 50;

type Drawn = { context: { shape?: Shape; elements?: Element[] } };

class Room extends CommandInterceptor {
  static $inject = ["eventBus", "elementRegistry", "canvas", "modeling", "spaceTool"];
  constructor(bus: EventBus, private registry: ElementRegistry, private canvas: Canvas, private modeling: Modeling, private space: SpaceTool) {
    super(bus);
    this.postExecuted(["shape.append", "elements.create"], AFTER_THE_LIBRARY, ({ context }: Drawn) => {
      for (const one of (context.elements ?? [context.shape]) as Shape[]) if (joined(one)) this.makeRoom(one);
    });
  }

  private makeRoom(shape: Shape): void {
    const before = (shape.incoming.map((flow) => flow.source) as Shape[]).filter((one) => inRow(one, shape) && middle(one) < middle(shape));
    const apart = Math.max(0, ...before.map((one) => right(one) + CLOSE - shape.x));
    if (apart > 0) this.modeling.moveElements([shape], { x: apart, y: 0 });
    const steps = this.registry.filter((one) => is(one as never, "bpmn:FlowNode") && !one["labelTarget"]) as Shape[];
    const across = this.across(shape);
    const crowded = steps.filter((one) => one !== shape && !one.host && (across.has(one) || this.beside(one, shape)));
    if (crowded.length > 0) this.push(shape, crowded);
    if (apart > 0 || crowded.length > 0) [...shape.incoming, ...shape.outgoing].forEach((flow) => this.straighten(flow as Connection));
  }

  /** While two steps lay over each other, the way between them was led around both. */
  private straighten(flow: Connection): void {
    const [source, target] = [flow.source as Shape, flow.target as Shape];
    if (!inRow(source, target) || right(source) > target.x) return;
    const [from, to] = [{ x: right(source), y: height(source) }, { x: target.x, y: height(target) }];
    const turn = Math.round((from.x + to.x) / 2);
    const between = from.y === to.y ? [] : [{ x: turn, y: from.y }, { x: turn, y: to.y }];
    this.modeling.updateWaypoints(flow, [from, ...between, to]);
  }

  /** The steps behind it that flows reach, or leave, straight through its place. */
  private across(shape: Shape): Set<Shape> {
    const flows = this.registry.filter((one) => is(one as never, "bpmn:SequenceFlow") && !one["labelTarget"] && one["source"] !== shape && one["target"] !== shape) as Connection[];
    const met = flows.flatMap((flow) => lines(flow.waypoints).filter((line) => line.left === line.right && meet(line, box(shape))).map((line) => ({ flow, at: line.left })));
    const ends = met.flatMap(({ flow, at }) => ([flow.source, flow.target] as Shape[]).filter((one) => one.x <= at && at <= right(one)));
    return new Set(ends.filter((one) => right(one) > shape.x));
  }

  private beside(one: Shape, shape: Shape): boolean {
    const follows = middle(one) > middle(shape) || shape.outgoing.some((flow) => flow.target === one && one.x + one.width > shape.x);
    return one.parent === shape.parent && inRow(one, shape) && follows && one.x < right(shape) + CLOSE;
  }

  /** Everything from the first of those that are crowded on, in every lane: what stood below each other stays so. */
  private push(shape: Shape, crowded: Shape[]): void {
    const start = Math.min(...crowded.map((one) => one.x)) - 1;
    const delta = Math.max(...crowded.map((one) => right(shape) + DISTANCE - one.x));
    const every = selfAndAllChildren(this.canvas.getRootElement() as never, true) as never;
    const { movingShapes, resizingShapes } = this.space.calculateAdjustments(every, "x", delta as never, start) as { movingShapes: Shape[]; resizingShapes: Shape[] };
    const following = movingShapes.filter((one) => one !== shape && one !== shape.label);
    this.modeling.createSpace(following, resizingShapes, { x: delta, y: 0 }, "e", start);
  }
}

const right = (one: Shape): number => one.x + one.width;
const middle = (one: Shape): number => one.x + one.width / 2;
/** Where a flow leaves a shape, and reaches it. */
const height = (one: Shape): number => Math.round(one.y + one.height / 2);
const inRow = (one: Shape, other: Shape): boolean => one.y < other.y + other.height && other.y < one.y + one.height;
/** A step to which a way leads: what was drawn on free ground stays where it was put. */
const joined = (one: Shape): boolean => is(one as never, "bpmn:FlowNode") && !one.host && one.incoming.length > 0;

export default { __init__: ["bihuanRoom"], bihuanRoom: ["type", Room] };
