// Boxes, and the lines of a flow as boxes without width or without height: which of them meet, and which lie upon each other.
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type { Element, Shape } from "diagram-js/lib/model/Types";
import type { Point } from "diagram-js/lib/util/Types";
import { isAny } from "bpmn-js/lib/util/ModelUtil";

export type Box = { left: number; right: number; top: number; bottom: number };

/** Closer than this two parallel lines are seen as one. */
const APART = 10;

export const box = (one: Shape): Box => ({ left: one.x, right: one.x + one.width, top: one.y, bottom: one.y + one.height });
export const middle = (one: Shape): Point => ({ x: one.x + one.width / 2, y: one.y + one.height / 2 });
export const grown = (one: Box, by: number): Box => ({ left: one.left - by, right: one.right + by, top: one.top - by, bottom: one.bottom + by });

export const lines = (way: Point[]): Box[] =>
  way.slice(1).map((to, place) => {
    const from = way[place]!;
    return { left: Math.min(from.x, to.x), right: Math.max(from.x, to.x), top: Math.min(from.y, to.y), bottom: Math.max(from.y, to.y) };
  });

export const meet = (one: Box, other: Box): boolean => one.left <= other.right && other.left <= one.right && one.top <= other.bottom && other.top <= one.bottom;

/** Two lines of one direction that run beside each other where one would be seen. */
export function shared(one: Box, other: Box): boolean {
  const [across, along] = [Math.min(one.right, other.right) - Math.max(one.left, other.left), Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)];
  const upright = (line: Box): boolean => line.right - line.left < line.bottom - line.top;
  if (upright(one) !== upright(other)) return false;
  return upright(one) ? along > 0 && across > -APART : across > 0 && along > -APART;
}

/** The first of the places that covers least. */
export function freest(places: Box[], covered: (one: Box) => number): Box {
  return places.map((one) => ({ one, covered: covered(one) })).reduce((found, next) => (next.covered < found.covered ? next : found)).one;
}

/** A shape and all that it lies in. */
export function upwards(one: Element | undefined): Element[] {
  return one ? [one, ...upwards(one.parent)] : [];
}

/** What lies in the open drawing; a collapsed sub-process has one of its own. */
export function drawn(registry: ElementRegistry, canvas: Canvas): Element[] {
  const root = canvas.getRootElement() as Element;
  return registry.filter((one) => one !== root && upwards(one as Element).includes(root)) as Element[];
}

/** What somebody sees in the open drawing, but for these: every step, word and line, not the lanes that hold them. */
export function taken(registry: ElementRegistry, canvas: Canvas, but: unknown[]): Box[] {
  const seen = drawn(registry, canvas).filter((one) => !but.includes(one));
  const held = seen.filter((one) => one["labelTarget"] !== undefined || !isAny(one as never, ["bpmn:Lane", "bpmn:Participant"]));
  return held.flatMap((one) => (one["waypoints"] ? lines(one["waypoints"] as Point[]) : [box(one as Shape)]));
}
