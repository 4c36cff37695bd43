// Two versions of a diagram side by side: what is new, changed, gone or moved is marked in both, they move together, and
// an element of the list below and its drawing find each other.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./style/diagram.css";
import "./style/difference.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type EventBus from "diagram-js/lib/core/EventBus";
import type { Element as Shape } from "diagram-js/lib/model/Types";
import { leaveWheelToPage } from "./wheel";

type Kind = "added" | "removed" | "changed" | "moved";
type Point = { x: number; y: number };
type Box = { left: number; right: number; top: number; bottom: number };
type Marks = Record<Kind, string[]>;
/** Which kinds are to be seen on which side: what is new is not in the old diagram. */
const SIDES: Record<string, Kind[]> = { old: ["removed", "changed", "moved"], new: ["added", "changed", "moved"] };
const STEP = 1.25;
/** Below this the words of an element cannot be read. */
const READABLE = 0.75;
/** Room around what changed, in units of the drawing. */
const ROOM = 60;

class Side {
  readonly viewer: NavigatedViewer;
  readonly canvas: Canvas;
  readonly registry: ElementRegistry;

  constructor(readonly figure: HTMLElement) {
    const container = figure.querySelector<HTMLElement>(".bh-canvas")!;
    leaveWheelToPage(container);
    this.viewer = new NavigatedViewer({ container });
    this.canvas = this.viewer.get<Canvas>("canvas");
    this.registry = this.viewer.get<ElementRegistry>("elementRegistry");
  }

  async draw(marks: Marks): Promise<void> {
    const reply = await fetch(this.figure.dataset["sourceUrl"]!);
    if (!reply.ok) throw new Error(`${reply.url}: ${reply.status}`);
    await this.viewer.importXML(await reply.text());
    for (const kind of SIDES[this.figure.dataset["side"]!] ?? [])
      for (const id of marks[kind] ?? []) this.mark(id, `bh-${kind}`);
  }

  /** The element, and its words where they stand outside of it. */
  private mark(id: string, name: string): void {
    const element = this.registry.get(id);
    for (const one of element ? [element, ...(element as Shape).labels] : []) this.canvas.addMarker(one.id, name);
  }

  /** Brings an element into the middle and marks it as the one that is looked at. */
  show(id: string): void {
    this.registry.forEach((element) => this.canvas.removeMarker(element.id, "bh-looked-at"));
    const element = this.registry.get(id);
    if (!element) return;
    this.canvas.addMarker(id, "bh-looked-at");
    if (this.canvas.zoom() < READABLE) this.canvas.zoom(READABLE);
    this.look(around([element as Shape]), this.canvas.zoom());
  }

  /** Brings the middle of a part into the middle, at a scale. */
  look({ left, right, top, bottom }: Box, scale: number): void {
    const { clientWidth, clientHeight } = this.canvas.getContainer();
    const [width, height] = [clientWidth / scale, clientHeight / scale];
    this.canvas.viewbox({ x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height });
  }

  /** The scale at which a part is seen whole, never larger than drawn. */
  scaleOf({ left, right, top, bottom }: Box): number {
    const { clientWidth, clientHeight } = this.canvas.getContainer();
    return Math.min(1, clientWidth / (right - left + 2 * ROOM), clientHeight / (bottom - top + 2 * ROOM));
  }
}

/** The part of the drawing that elements take up. */
function around(elements: Shape[]): Box {
  const points: Point[] = elements.flatMap(
    (one) => one["waypoints"] ?? [{ x: one.x, y: one.y }, { x: one.x + one.width, y: one.y + one.height }],
  );
  const [left, right] = ends(points.map((point) => point.x));
  const [top, bottom] = ends(points.map((point) => point.y));
  return { left, right, top, bottom };
}

/** What is new, other or gone in one of the diagrams and holds nothing else; what only moved where that is all. */
function differing(sides: Side[], marks: Marks): Shape[] {
  const drawn = (kinds: Kind[]) =>
    kinds
      .flatMap((kind) => marks[kind])
      .flatMap((id) => sides.map((side) => side.registry.get(id) as Shape | undefined).filter((one) => one !== undefined))
      .filter((one) => !one.children?.length);
  const found = drawn(["added", "changed", "removed"]);
  return found.length ? found : drawn(["moved"]);
}

function ends(numbers: number[]): [number, number] {
  return [Math.min(...numbers), Math.max(...numbers)];
}

async function compare(host: HTMLElement): Promise<void> {
  const marks = JSON.parse(host.dataset["marks"]!) as Marks;
  const sides = [...host.querySelectorAll<HTMLElement>("figure[data-side]")].map((figure) => new Side(figure));
  await Promise.all(sides.map((side) => side.draw(marks)));
  const found = differing(sides, marks);
  moveTogether(sides);
  begin(sides.at(-1)!, found);
  connectZoom(host, sides, () => fit(sides.at(-1)!));
  connectSides(host, sides, found);
  connectList(host, sides);
  host.dataset["state"] = "drawn";
}

/** The whole diagram. */
function fit(side: Side): void {
  side.canvas.zoom("fit-viewport", { x: 0, y: 0 });
}

/** What a reader sees first: all that differs where that can be read at once, else the first of it; else all there is. */
function begin(side: Side, found: Shape[]): void {
  if (!found.length) return fit(side);
  const all = around(found);
  const scale = side.scaleOf(all);
  side.look(scale < READABLE ? around(found.slice(0, 1)) : all, Math.max(scale, READABLE));
}

function moveTogether(sides: Side[]): void {
  let leading = false;
  for (const side of sides) {
    side.viewer.get<EventBus>("eventBus").on("canvas.viewbox.changed", () => {
      if (leading) return;
      leading = true;
      const { x, y, width, height } = side.canvas.viewbox();
      for (const other of sides) if (other !== side && isSeen(other)) other.canvas.viewbox({ x, y, width, height });
      leading = false;
    });
  }
}

/** A canvas that is not shown has no size, and a view box of it would be nonsense. */
function isSeen(side: Side): boolean {
  return side.figure.offsetWidth > 0;
}

function connectZoom(host: HTMLElement, sides: Side[], fit: () => void): void {
  host.querySelectorAll<HTMLButtonElement>("button[data-zoom]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const wanted = button.dataset["zoom"];
      const seen = sides.find(isSeen);
      if (wanted === "fit" || !seen) fit();
      else seen.canvas.zoom(seen.canvas.zoom() * (wanted === "in" ? STEP : 1 / STEP));
    });
  });
}

/** On a narrow screen one diagram is seen at a time; the buttons are there on every screen, the style hides them. */
function connectSides(host: HTMLElement, sides: Side[], found: Shape[]): void {
  const buttons = [...host.querySelectorAll<HTMLButtonElement>("button[data-side]")];
  host.dataset["shown"] = "new";
  buttons.forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      host.dataset["shown"] = button.dataset["side"];
      buttons.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
      const now = sides.find(isSeen);
      if (!now) return;
      now.canvas.resized();
      begin(now, found);
    });
  });
}

function connectList(host: HTMLElement, sides: Side[]): void {
  const rows = [...document.querySelectorAll<HTMLDetailsElement>("details[data-element]")];
  for (const row of rows) {
    const button = row.querySelector<HTMLButtonElement>("button[data-show]")!;
    button.hidden = false;
    button.addEventListener("click", () => {
      host.scrollIntoView({ block: "start" });
      // The side that does not have the element follows the one that has it.
      const seen = sides.filter(isSeen);
      seen.sort((one) => (one.registry.get(row.dataset["element"]!) ? 1 : -1)).forEach((side) => side.show(row.dataset["element"]!));
    });
  }
  for (const side of sides) {
    side.viewer.get<EventBus>("eventBus").on("element.click", (event: { element: { id: string } }) => {
      const row = rows.find((one) => one.dataset["element"] === event.element.id);
      if (!row) return;
      row.open = true;
      row.scrollIntoView({ block: "center" });
      row.querySelector("summary")!.focus({ preventScroll: true });
    });
  }
}

document.querySelectorAll<HTMLElement>('[data-island="difference"]').forEach((host) => {
  compare(host).catch(() => {
    host.dataset["state"] = "failed";
    host.querySelector<HTMLElement>("[data-part=failed]")!.hidden = false;
  });
});

// A link to an element or a file of the list opens what it leads to.
function openTarget(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
addEventListener("hashchange", openTarget);
openTarget();
