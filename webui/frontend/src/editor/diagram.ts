// The diagram of a draft: drawing, properties, what the gate says at each element, who would receive a task.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "@bpmn-io/properties-panel/dist/assets/properties-panel.css";
import Modeler from "bpmn-js/lib/Modeler";
import bpmn from "bpmn-js-i18n-zh/lib/bpmn-js/index.js";
import properties from "bpmn-js-i18n-zh/lib/properties-panel/index.js";
import more from "bpmn-js-i18n/translations/zn.js";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from "bpmn-js-properties-panel";
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type EventBus from "diagram-js/lib/core/EventBus";
import type Selection from "diagram-js/lib/features/selection/Selection";
import type { Element as Shape } from "diagram-js/lib/model/Types";
import { whenChosen } from "./choosing";
import { about, data, later, make, part, post, w, type Finding, type Sight } from "./data";
import { all, carrier, moddle } from "./extensions";
import { onSight, sight as seen } from "./findings";
import inserting from "./inserting";
import { showMarks } from "./marks";
import naming from "./naming";
import { begin, say } from "./page";
import offers from "./offers";
import pad from "./pad";
import panel from "./panel";
import { textOf } from "./pending";
import placing from "./placing";
import { reveal, showUnfolded } from "./reveal";
import room from "./room";
import routes from "./routes";
import { Steps } from "./steps";
import { translator } from "./translate";
import words from "./words";
import { ZH } from "./zh";

const FILE = "process.bpmn";
const PAUSE = 250;
/** Pixels at the left that the palette covers, and around the diagram. */
const PALETTE = 130;
const MARGIN = 20;

const modeler = new Modeler({
  container: "#canvas",
  propertiesPanel: { parent: "#properties" },
  additionalModules: [BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, panel, offers, inserting, naming, pad, placing, room, routes, words, translator(more, properties, bpmn, ZH)],
  // A copy: the library writes prefixes into what it is given.
  moddleExtensions: { bihuan: structuredClone(moddle) },
} as ConstructorParameters<typeof Modeler>[0]);
const canvas = modeler.get<Canvas>("canvas");
const registry = modeler.get<ElementRegistry>("elementRegistry");
const bus = modeler.get<EventBus>("eventBus");
const selection = modeler.get<Selection>("selection");
const panelHost = document.getElementById("properties")!;
let dirty = false;
let steps: Steps;

async function collect(): Promise<void> {
  // What is being typed into the panel reaches the diagram when its field is left.
  const active = document.activeElement;
  if (active instanceof HTMLElement && active.closest("#properties")) {
    active.blur();
    await new Promise((done) => setTimeout(done, 350));
  }
  await collectQuietly();
}

const collectSoon = later(PAUSE, () => void collectQuietly());

/** As ``collect``, without taking the field away in which somebody types. */
async function collectQuietly(): Promise<void> {
  while (dirty) {
    dirty = false;
    await steps.collect(async () => (await modeler.saveXML({ format: true })).xml!);
  }
}

/** Shows another state of the diagram where somebody looks, with what was chosen. */
async function show(xml: string): Promise<void> {
  look.keep();
  await modeler.importXML(xml);
  look.back();
}

/** The whole diagram beside the palette, never larger than drawn. */
function fit(): void {
  const { inner, outer } = canvas.viewbox();
  const scale = Math.min(1, (outer.width - PALETTE - MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height);
  const free = (outer.height - inner.height * scale) / 2;
  canvas.viewbox({ x: inner.x - PALETTE / scale, y: inner.y - free / scale, width: outer.width / scale, height: outer.height / scale });
}

/** Below this the words of a step cannot be read. */
const READABLE = 0.75;

/** What somebody sees first: the whole diagram where it can be read, else its beginning at a readable size. */
function openView(): void {
  fit();
  if (canvas.zoom() >= READABLE) return;
  canvas.zoom(READABLE);
  const { width, height } = canvas.viewbox();
  const start = registry.find((one) => one["type"] === "bpmn:StartEvent") as (Shape & { x: number; y: number }) | undefined;
  const { x, y } = start ?? canvas.viewbox().inner;
  canvas.viewbox({ x: x - (PALETTE + 2 * MARGIN) / READABLE, y: y - height / 2, width, height });
}

function zoom(how: string): void {
  if (how === "fit") fit();
  else canvas.zoom(canvas.zoom() * (how === "in" ? 1.25 : 0.8));
}

/** Runs *work* when the panel stands and listens: its effects run behind the next frame, and are in the queue before. */
function afterPanel(work: () => void): void {
  requestAnimationFrame(() => window.setTimeout(() => requestAnimationFrame(() => window.setTimeout(work))));
}

const LOOK = `bihuan-look:${data.definition}`;

/** Where somebody looked and what was chosen, kept while another file of the draft is open. */
const look = {
  keep(): void {
    const { x, y, width, height } = canvas.viewbox();
    const chosen = (selection.get() as Shape[]).map((one) => one.id);
    sessionStorage.setItem(LOOK, JSON.stringify({ box: { x, y, width, height }, chosen }));
  },
  back(): boolean {
    const kept = JSON.parse(sessionStorage.getItem(LOOK) ?? "null") as { box: { x: number; y: number; width: number; height: number }; chosen: string[] } | null;
    if (!kept || !(kept.box.width > 0)) return false;
    canvas.viewbox(kept.box);
    if (!location.hash) afterPanel(() => selection.select(kept.chosen.map((id) => registry.get(id)).filter((one) => one !== undefined) as Shape[]));
    return true;
  },
};

/** A button beside an element leaves the focus with the page around the drawing: what undoes it must reach the drawing. */
function keysToDrawing(): void {
  if (document.activeElement?.contains(document.getElementById("canvas"))) canvas.focus();
}

/** Shows the element of a finding, of a step in words, or of the address. */
function select(id: string): boolean {
  const found = registry.get(id) ?? registry.find((one) => carrier(one as Shape)?.id === id);
  if (!found) return false;
  const root = canvas.findRoot(found as Shape);
  if (root) canvas.setRootElement(root);
  selection.select(found as Shape);
  if (found !== root) canvas.scrollToElement(found as Shape);
  return true;
}

function showOutline(sight: Sight): void {
  const host = part("outline");
  if (!host || !sight.outline) return;
  host.replaceChildren(...parsed(sight.outline));
}

/** Nodes of a piece of page that our own server wrote. */
function parsed(html: string): Node[] {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
}

/** The names that an expression at the selected element may use, each with what it is. */
function showNames(): void {
  const chosen = (selection.get() as Shape[])[0];
  const flow = chosen as (Shape & { source?: Shape }) | undefined;
  const own = chosen ? (seen.names.at[flow?.source?.id ?? chosen.id] ?? []) : [];
  const everywhere = [...seen.names.everywhere].sort((one, other) => rank(one.origin) - rank(other.origin));
  const listed = [...own, ...everywhere].filter((one, index, every) => every.findIndex((other) => other.name === one.name) === index);
  part("names")?.replaceChildren(...listed.flatMap((one) => [make("dt", {}, one.name), make("dd", {}, one.origin === "caller" ? w("names.caller", { title: one.label }) : about(one) || w(`names.${one.origin}`))]));
}

/** What the process itself brings stands before what every process has. */
const ORDER = ["input", "answer", "written", "caller", "setting", "unit", "counter", "always"];
const rank = (origin: string): number => ORDER.indexOf(origin);

const askReceivers = later(200, () => void showReceivers());

async function showReceivers(): Promise<void> {
  const box = document.getElementById("receivers")!;
  const chosen = selection.get() as Shape[];
  const bo = chosen.length === 1 ? carrier(chosen[0]!) : undefined;
  if (!bo || !["bpmn:UserTask", "bpmn:ManualTask"].includes(bo.$type)) {
    box.hidden = true;
    return;
  }
  const found = all(bo, "Assignment")[0];
  const asked = Object.fromEntries(["role", "office", "person"].map((name) => [name, found?.get(name) ?? ""]));
  const reply = await post("receivers", asked);
  if (!reply.ok || (selection.get() as Shape[])[0] !== chosen[0]) return;
  const unfolded = box.querySelector("details")?.open ?? false;
  box.replaceChildren(...parsed(await reply.text()));
  box.querySelector("details")?.toggleAttribute("open", unfolded);
  box.hidden = false;
}

/** The element of which the panel speaks. */
let shown: unknown;

/** The panel reads anew what the gate has told; meanwhile somebody may have chosen another element, which it would miss. */
function refreshPanel(): void {
  bus.fire("propertiesPanel.providersChanged");
  afterPanel(followSelection);
}

function followSelection(): void {
  const chosen = selection.get() as (Shape & { labelTarget?: Shape })[];
  if (chosen.length === 1 && shown !== (chosen[0]!.labelTarget ?? chosen[0])) bus.fire("selection.changed", { oldSelection: [], newSelection: chosen });
}

/** Leads to the field in which a finding is mended. */
function mend(one: Finding): void {
  if (!select(one.at) && !select(one.element)) return;
  afterPanel(() => {
    followSelection();
    afterPanel(() => reveal(panelHost, one.rule));
  });
}

async function open(): Promise<void> {
  try {
    const text = (await textOf(FILE)) ?? "";
    await modeler.importXML(text);
    if (!look.back()) openView();
    steps = new Steps(FILE, text, show);
    steps.follow(modeler.get("commandStack"), bus as never);
  } catch (failed) {
    say(w("draw-failed", { reason: failed instanceof Error ? failed.message : String(failed) }));
    return;
  }
  bus.on("commandStack.changed", () => {
    dirty = true;
    collectSoon();
    askReceivers();
  });
  bus.on(["canvas.viewbox.changed", "selection.changed"], later(PAUSE, () => look.keep()));
  document.querySelectorAll<HTMLElement>(".bh-modeler [data-zoom]").forEach((button) => button.addEventListener("click", () => zoom(button.dataset["zoom"]!)));
  bus.on<{ element: unknown }>("propertiesPanel.updated", ({ element }) => (shown = element));
  bus.on("selection.changed", keysToDrawing);
  bus.on("selection.changed", askReceivers);
  bus.on("selection.changed", showNames);
  let told = false;
  onSight((sight) => {
    showMarks(modeler, sight.findings.filter((one) => one.file === FILE), select);
    showOutline(sight);
    showNames();
    refreshPanel();
    // What another page led to is shown when the panel knows what the gate has told.
    if (!told) whenChosen(mend);
    told = true;
  });
  if (location.hash) select(decodeURIComponent(location.hash.slice(1)));
  showUnfolded(panelHost);
  document.addEventListener("click", (event) => {
    const step = (event.target as Element).closest<HTMLElement>(".bh-outline [data-element]");
    if (step && select(step.dataset["element"]!)) document.getElementById("canvas")!.scrollIntoView({ block: "nearest" });
  });
}

await open();
begin(collect);
document.getElementById("canvas")!.dataset["state"] = "drawn";
(window as unknown as { bihuanModeler: Modeler }).bihuanModeler = modeler;
