// A new flow that would run through other steps is led around them: above, below, or between their rows.
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type { Element, Shape } from "diagram-js/lib/model/Types";
import type { Point } from "diagram-js/lib/util/Types";
import type { Connection } from "bpmn-js/lib/model/Types";
import BpmnLayouter, { type BpmnLayoutConnectionHints } from "bpmn-js/lib/features/modeling/BpmnLayouter";
import { is } from "bpmn-js/lib/util/ModelUtil";

type Box = { left: number; right: number; top: number; bottom: number };
type Side = "top" | "bottom";

/** Between a flow and the shapes that it passes. */
const GAP = 20;
/** How many pixels of way it is worth not to cross another flow, or a word. */
const CROSSING = 200;
const SIDES: [Side, Side][] = [["top", "top"], ["bottom", "bottom"], ["top", "bottom"], ["bottom", "top"]];

class Routes extends BpmnLayouter {
  static override $inject = ["elementRegistry", "canvas"];
  constructor(private registry: ElementRegistry, private canvas: Canvas) {
    super(registry);
  }

  override layoutConnection(connection: Connection, hints: BpmnLayoutConnectionHints = {}): Point[] {
    const direct = super.layoutConnection(connection, hints);
    const source = (hints.source ?? connection.source) as Shape;
    const target = (hints.target ?? connection.target) as Shape;
    // Where a flow lies already, its owner has seen it there.
    if (connection.waypoints || !is(connection, "bpmn:SequenceFlow") || source === target) return direct;
    const steps = this.steps(source, target);
    if (!crossed(direct, steps)) return direct;
    const soft = this.words().concat(this.flows(connection));
    const ways = SIDES.flatMap((sides) => around(source, target, sides, steps, limits(source.parent)) ?? []);
    const found = ways.filter((way) => !crossed(way, steps)).sort((one, other) => cost(one, soft) - cost(other, soft));
    return found[0] ?? direct;
  }

  /** The steps in the same drawing, but for the ends of the flow and what they lie in. */
  private steps(source: Shape, target: Shape): Box[] {
    const own = new Set<unknown>([...upwards(source), ...upwards(target)]);
    return this.drawn((one) => is(one, "bpmn:FlowNode") && !one["labelTarget"] && !own.has(one) && !own.has(one["host"]));
  }

  private words(): Box[] {
    return this.drawn((one) => one["labelTarget"] !== undefined);
  }

  private flows(but: Connection): Box[] {
    const flows = this.registry.filter((one) => one["waypoints"] !== undefined && one !== but) as Connection[];
    return flows.flatMap((one) => lines(one.waypoints));
  }

  private drawn(wanted: (one: Element) => boolean): Box[] {
    const root = this.canvas.getRootElement();
    return (this.registry.filter((one) => wanted(one as Element)) as Shape[]).filter((one) => upwards(one).includes(root as Element)).map(box);
  }
}

/** A shape and all that it lies in. */
function upwards(one: Element | undefined): Element[] {
  return one ? [one, ...upwards(one.parent)] : [];
}

const box = (one: Shape): Box => ({ left: one.x, right: one.x + one.width, top: one.y, bottom: one.y + one.height });
const middle = (one: Shape): Point => ({ x: one.x + one.width / 2, y: one.y + one.height / 2 });

/** The inside of a pool or a sub-process, which a flow does not leave. */
function limits(parent: Element | undefined): Box | undefined {
  return parent && "width" in parent ? box(parent as Shape) : undefined;
}

/** The way that leaves and enters at these sides, its long part beyond all that lies there; undefined where none fits. */
function around(source: Shape, target: Shape, [leaving, entering]: [Side, Side], steps: Box[], inside?: Box): [Point[]] | undefined {
  const [start, end] = [middle(source), middle(target)];
  const up = leaving === "top";
  const beyond = up ? -GAP : GAP;
  const edges = leaving === entering ? [box(source)[leaving], box(target)[entering]] : [box(source)[leaving]];
  let y = (up ? Math.min(...edges) : Math.max(...edges)) + beyond;
  const near = (one: Box): boolean => meet(one, { left: Math.min(start.x, end.x), right: Math.max(start.x, end.x), top: y - GAP + 1, bottom: y + GAP - 1 });
  for (let met = steps.find(near); met; met = steps.find(near)) y = met[leaving] + beyond;
  const past = leaving !== entering && (up ? y < box(target).bottom + GAP : y > box(target).top - GAP);
  if (past || (inside && (y <= inside.top || y >= inside.bottom))) return undefined;
  return [[start, { x: start.x, y }, { x: end.x, y }, end]];
}

const crossed = (way: Point[], steps: Box[]): boolean => lines(way).some((line) => steps.some((one) => meet(one, line)));

function cost(way: Point[], soft: Box[]): number {
  const parts = lines(way);
  const length = parts.reduce((sum, one) => sum + (one.right - one.left) + (one.bottom - one.top), 0);
  return length + CROSSING * parts.reduce((sum, line) => sum + soft.filter((one) => meet(one, line)).length, 0);
}

const lines = (way: Point[]): Box[] =>
  way.slice(1).map((to, place) => {
    const from = way[place]!;
    return { left: Math.min(from.x, to.x), right: Math.max(from.x, to.x), top: Math.min(from.y, to.y), bottom: Math.max(from.y, to.y) };
  });

const meet = (one: Box, other: Box): boolean => one.left <= other.right && other.left <= one.right && one.top <= other.bottom && other.top <= one.bottom;

export default { layouter: ["type", Routes] };
