// A new flow is led around other steps, and beside other flows: above, below, between their rows, or by a free side.
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type { Element, Shape } from "diagram-js/lib/model/Types";
import type { Point } from "diagram-js/lib/util/Types";
import type { Connection } from "bpmn-js/lib/model/Types";
import BpmnLayouter, { type BpmnLayoutConnectionHints } from "bpmn-js/lib/features/modeling/BpmnLayouter";
import { withoutRedundantPoints } from "diagram-js/lib/layout/ManhattanLayout";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { box, drawn, lines, meet, middle, shared, upwards, type Box } from "./geometry";
import { wayThrough } from "./inserting";

type Side = "top" | "bottom";
type Hints = BpmnLayoutConnectionHints & { anew?: boolean };
/** A way, and how far from the middle of a side it leaves and enters. */
type Way = { points: Point[]; off: number };

/** Between a flow and the shapes that it passes. */
const GAP = 20;
/** Between two flows that go around the same steps. */
const BESIDE = 15;
/** How many pixels of way it is worth not to turn, */
const TURN = 10;
/** not to cross another flow, or a word, */
const CROSSING = 200;
/** and not to run where another flow runs: no way within a drawing is as long. */
const SHARING = 100_000;
const SIDES: [Side, Side][] = [["top", "top"], ["bottom", "bottom"], ["top", "bottom"], ["bottom", "top"]];

class Routes extends BpmnLayouter {
  static override $inject = ["elementRegistry", "canvas"];
  constructor(private registry: ElementRegistry, private canvas: Canvas) {
    super(registry);
  }

  override layoutConnection(connection: Connection, hints: Hints = {}): Point[] {
    const source = (hints.source ?? connection.source) as Shape;
    const target = (hints.target ?? connection.target) as Shape;
    // Where a flow lies already, its owner has seen it there.
    const lies = connection.waypoints && !hints.anew;
    if (lies || !is(connection, "bpmn:SequenceFlow") || source === target) return super.layoutConnection(connection, hints);
    const direct = super.layoutConnection(Object.create(connection, { waypoints: { value: undefined } }) as Connection, hints);
    // Over what is only shown before it is appended, the way on does not lead past it any more.
    const displaced = target.parent ? undefined : wayThrough(source, target);
    const [steps, flows] = [this.steps(source, target), this.flows([connection, displaced])];
    if (!crossed(direct, steps) && shares(direct, flows) === 0 && lines(direct).every((line) => length(line) >= GAP)) return direct;
    const whole = withoutRedundantPoints([middle(source), ...direct, middle(target)]);
    const ways = [{ points: whole, off: 0 }, ...straight(source, target), ...around(source, target, steps), ...bent(source, target)];
    const words = this.boxes((one) => one["labelTarget"] !== undefined);
    const free = ways.filter(({ points }) => !crossed(points, steps)).map((way) => ({ ...way, cost: cost(way, flows, words) }));
    return free.sort((one, other) => one.cost - other.cost)[0]?.points ?? direct;
  }

  /** The steps in the same drawing, but for the ends of the flow and what they lie in. */
  private steps(source: Shape, target: Shape): Box[] {
    const own = new Set<unknown>([...upwards(source), ...upwards(target)]);
    return this.boxes((one) => is(one, "bpmn:FlowNode") && !one["labelTarget"] && !own.has(one) && !own.has(one["host"]));
  }

  private flows(but: unknown[]): Box[] {
    const flows = this.registry.filter((one) => one["waypoints"] !== undefined && !but.includes(one)) as Connection[];
    return flows.flatMap((one) => lines(one.waypoints));
  }

  private boxes(wanted: (one: Element) => boolean): Box[] {
    return (drawn(this.registry, this.canvas).filter(wanted) as Shape[]).map(box);
  }
}

/** Where a flow may leave a shape upwards or downwards, or reach it so. */
const docks = (one: Shape): number[] => [0, -one.width / 4, one.width / 4];

/** The inside of a pool or a sub-process, which a flow does not leave. */
function limits(parent: Element | undefined): Box | undefined {
  return parent && "width" in parent ? box(parent as Shape) : undefined;
}

/** Ways that leave and enter at top or bottom, their long part beyond all that lies there. */
function around(source: Shape, target: Shape, steps: Box[]): Way[] {
  const inside = limits(source.parent);
  return SIDES.flatMap((sides) => docks(source).flatMap((from) => docks(target).flatMap((to) => {
    const [start, end] = [moved(middle(source), from), moved(middle(target), to)];
    const nearest = beyond(source, target, sides, steps, [start.x, end.x]);
    return [0, BESIDE, 2 * BESIDE].map((more) => nearest + (sides[0] === "top" ? -more : more))
      .filter((y) => fits(y, target, sides) && (!inside || (inside.top < y && y < inside.bottom)))
      .map((y) => ({ points: [start, { x: start.x, y }, { x: end.x, y }, end], off: Math.abs(from) + Math.abs(to) }));
  })));
}

const moved = ({ x, y }: Point, off: number): Point => ({ x: x + off, y });

/** The height nearest to the source at which nothing lies between two places. */
function beyond(source: Shape, target: Shape, [leaving, entering]: [Side, Side], steps: Box[], ends: number[]): number {
  const up = leaving === "top";
  const gap = up ? -GAP : GAP;
  const edges = leaving === entering ? [box(source)[leaving], box(target)[entering]] : [box(source)[leaving]];
  let y = (up ? Math.min(...edges) : Math.max(...edges)) + gap;
  const near = (one: Box): boolean => meet(one, { left: Math.min(...ends), right: Math.max(...ends), top: y - GAP + 1, bottom: y + GAP - 1 });
  for (let met = steps.find(near); met; met = steps.find(near)) y = met[leaving] + gap;
  return y;
}

/** What enters at the side opposite to the one where it left must not have passed it. */
function fits(y: number, target: Shape, [leaving, entering]: [Side, Side]): boolean {
  if (leaving === entering) return true;
  return leaving === "top" ? y >= box(target).bottom + GAP : y <= box(target).top - GAP;
}

/** Up or down without a turn, where the one lies nearly above the other. */
function straight(source: Shape, target: Shape): Way[] {
  const [start, end] = [middle(source), middle(target)];
  const off = Math.abs(start.x - end.x);
  return off > target.width / 4 ? [] : [{ points: [start, { x: start.x, y: end.y }], off }];
}

/** Ways with one turn: out at top or bottom and in at a side, or the other way round. */
function bent(source: Shape, target: Shape): Way[] {
  const [start, end] = [middle(source), middle(target)];
  const out = docks(source).map((off) => ({ corner: { x: start.x + off, y: end.y }, off, from: moved(start, off), to: end }));
  const into = docks(target).map((off) => ({ corner: { x: end.x + off, y: start.y }, off, from: start, to: moved(end, off) }));
  const clear = ({ x, y }: Point): boolean => [source, target].every((one) => !meet({ left: x, right: x, top: y, bottom: y }, box(one)));
  return [...out, ...into].filter(({ corner }) => clear(corner)).map(({ corner, off, from, to }) => ({ points: [from, corner, to], off: Math.abs(off) }));
}

const crossed = (way: Point[], steps: Box[]): boolean => lines(way).some((line) => steps.some((one) => meet(one, line)));
const shares = (way: Point[], flows: Box[]): number => count(way, flows, shared);
const count = (way: Point[], others: Box[], holds: (one: Box, line: Box) => boolean): number =>
  lines(way).reduce((sum, line) => sum + others.filter((one) => holds(one, line)).length, 0);

const length = (line: Box): number => line.right - line.left + line.bottom - line.top;

function cost({ points, off }: Way, flows: Box[], words: Box[]): number {
  const whole = lines(points).reduce((sum, line) => sum + length(line), 0);
  return whole + off + TURN * points.length + CROSSING * count(points, [...flows, ...words], meet) + SHARING * shares(points, flows);
}

export default { layouter: ["type", Routes] };
