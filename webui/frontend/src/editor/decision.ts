// A decision of a draft: its table or expression, and the diagram of what it needs, drawn with dmn-js.
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression-controls.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import DmnModeler from "dmn-js/lib/Modeler";
import { DECISION_ZH } from "./decision-zh";
import { data, later, make, part, w } from "./data";
import { whenChosen } from "./choosing";
import { begin, say } from "./page";
import { textOf } from "./pending";
import { Steps } from "./steps";
import { translator, type Words } from "./translate";

const PAUSE = 300;
const FEEL = { options: [{ value: "feel", label: "FEEL" }], defaults: { editor: "feel" } };
const host = document.getElementById("decision")!;
type View = { id: string; name?: string; type: string; element: { id: string; name?: string } };
const words = { additionalModules: [translator(DECISION_ZH as Words)] };

const modeler = new DmnModeler({
  container: host, drd: words, decisionTable: words, literalExpression: words, boxedExpression: words,
  common: { expressionLanguages: FEEL },
});
let dirty = false;
let steps: Steps;

async function collect(): Promise<void> {
  const active = document.activeElement;
  if (active instanceof HTMLElement && host.contains(active)) {
    // A cell that is being typed into reaches the table when it is left.
    active.blur();
    await new Promise((done) => setTimeout(done, 350));
  }
  await collectQuietly();
}

async function collectQuietly(): Promise<void> {
  while (dirty) {
    dirty = false;
    await steps.collect(async () => ((await modeler.saveXML({ format: true })) as { xml: string }).xml);
  }
}

const soon = later(PAUSE, () => void collectQuietly());

/** Each view has its own history of changes; all of them count. */
const heard = new Set<unknown>();
function listen(): void {
  const viewer = modeler.getActiveViewer();
  if (!viewer) return;
  const bus = viewer.get("eventBus");
  steps.follow(viewer.get("commandStack"), bus);
  if (heard.has(bus)) return;
  heard.add(bus);
  bus.on(["elements.changed", "commandStack.changed"], () => {
    if (!opened) return;
    dirty = true;
    soon();
  });
}

let opened = false;

function showViews(): void {
  const row = part("views")!;
  const active = modeler.getActiveView() as View | undefined;
  row.replaceChildren(
    ...(modeler.getViews() as View[]).map((view) => {
      const label = view.type === "drd" ? w("decision.drd") : (view.element.name ?? view.element.id);
      const button = make("button", { type: "button", class: "btn btn-sm btn-outline-secondary", "aria-pressed": String(view.element.id === active?.element.id) }, label);
      button.addEventListener("click", () => void modeler.open(view));
      return button;
    }),
  );
}

/** Shows a state of the file: in the view that was open, or in its first one that is no diagram. */
async function show(xml: string): Promise<void> {
  const open = (modeler.getActiveView() as View | undefined)?.element.id;
  await modeler.importXML(xml);
  const views = modeler.getViews() as View[];
  const view = views.find((one) => one.element.id === open) ?? views.find((one) => one.type !== "drd");
  if (view) await modeler.open(view);
}

async function open(): Promise<void> {
  try {
    const text = (await textOf(data.file)) ?? "";
    await show(text);
    steps = new Steps(data.file, text, show);
  } catch (failed) {
    say(w("draw-failed", { reason: failed instanceof Error ? failed.message : String(failed) }));
    return;
  }
  listen();
  showViews();
  modeler.on("views.changed", () => {
    listen();
    showViews();
  });
  opened = true;
}

await open();
whenChosen(({ element }) => {
  const found = host.querySelector<HTMLElement>(`[data-element-id="${CSS.escape(element)}"], [data-row-id="${CSS.escape(element)}"]`);
  found?.scrollIntoView({ block: "center" });
});
begin(collect);
host.dataset["state"] = "drawn";
(window as unknown as { bihuanDecision: unknown }).bihuanDecision = modeler;
