// The diagram of a case, read only: draws the XML, paints where the case has been and is, zooms by buttons.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./style/diagram.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import { leaveWheelToPage } from "./wheel";

/** Ids of elements by what is true of them; the same names are CSS classes with the prefix bh-. */
type Marks = { taken?: string[]; done?: string[]; now?: string[]; incident?: string[] };
const KINDS = ["taken", "done", "now", "incident"] as const;
const STEP = 1.25;

async function draw(host: HTMLElement): Promise<void> {
  const { sourceUrl, marksUrl } = host.dataset;
  const [xml, marks] = await Promise.all([
    fetch(sourceUrl!).then(given).then((reply) => reply.text()),
    marksUrl ? fetch(marksUrl).then(given).then((reply) => reply.json() as Promise<Marks>) : Promise.resolve<Marks>({}),
  ]);
  const container = host.querySelector<HTMLElement>(".bh-canvas")!;
  leaveWheelToPage(container);
  const viewer = new NavigatedViewer({ container });
  await viewer.importXML(xml);
  const canvas = viewer.get<Canvas>("canvas");
  paint(canvas, viewer.get<ElementRegistry>("elementRegistry"), marks);
  canvas.zoom("fit-viewport", { x: 0, y: 0 });
  connectButtons(host, canvas);
  host.dataset["state"] = "drawn";
}

function given(reply: Response): Response {
  if (!reply.ok) throw new Error(`${reply.url}: ${reply.status}`);
  return reply;
}

function paint(canvas: Canvas, registry: ElementRegistry, marks: Marks): void {
  for (const kind of KINDS) {
    // A flow or element without a drawing of its own has no place to paint.
    for (const id of marks[kind] ?? []) if (registry.get(id)) canvas.addMarker(id, `bh-${kind}`);
  }
}

function connectButtons(host: HTMLElement, canvas: Canvas): void {
  host.querySelectorAll<HTMLButtonElement>("button[data-zoom]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const wanted = button.dataset["zoom"];
      if (wanted === "fit") canvas.zoom("fit-viewport", { x: 0, y: 0 });
      else canvas.zoom(canvas.zoom() * (wanted === "in" ? STEP : 1 / STEP));
    });
  });
}

function fail(host: HTMLElement): void {
  host.dataset["state"] = "failed";
  const message = host.querySelector<HTMLElement>("[data-part=failed]");
  if (message) message.hidden = false;
}

// Drawn when it is first to be seen: in a closed <details> there is no size to fit it into.
const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watcher.unobserve(target);
    draw(target as HTMLElement).catch(() => fail(target as HTMLElement));
  }
});
document.querySelectorAll<HTMLElement>('[data-island="diagram"]').forEach((host) => watcher.observe(host));
