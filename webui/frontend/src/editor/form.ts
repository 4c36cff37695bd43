// A form of a draft: drawn with form-js, of the kinds that staff's pages know, and shown as on a phone by those pages.
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";
import "@bpmn-io/form-js-editor/dist/assets/properties-panel.css";
import { FormEditor } from "@bpmn-io/form-js-editor";
import choices, { firstOptions } from "./choices";
import { data, later, w } from "./data";
import { titleOf } from "./files";
import panel from "./form-panel";
import { FORM_ZH } from "./form-zh";
import { whenChosen } from "./choosing";
import { onSight, sight } from "./findings";
import { begin, say } from "./page";
import { reveal, showUnfolded } from "./reveal";
import { textOf } from "./pending";
import { Steps } from "./steps";
import { chinese, exchange } from "./translate";

const PAUSE = 300;
const host = document.getElementById("form-editor")!;
type Config = { keyed?: boolean; getSubheading?: (field: Schema) => string; create: (options?: Schema, isNew?: boolean) => Schema };
type Fields = { _formFields: Record<string, { config: Config }> };
type Schema = Record<string, unknown>;

/** Only what the gate takes can be drawn: the palette lists the kinds that are registered. */
class Vocabulary {
  static $inject = ["formFields"];
  constructor(fields: Fields) {
    const known = new Set([...(data.vocabulary ?? []), "default"]);
    for (const kind of Object.keys(fields._formFields)) {
      if (!known.has(kind)) delete fields._formFields[kind];
      else speak(fields._formFields[kind]!.config, kind);
    }
    fields._formFields["default"]!.config.getSubheading = () => titleOf(data.file, data.kind);
  }
}

/** The short name under which answers of a kind are kept, where it is not the kind's own. */
const SHORT: Record<string, string> = { textfield: "text", textarea: "text", datetime: "date", checkbox: "yes", checklist: "choices", radio: "choice", select: "choice", filepicker: "file" };

/** A name that no answer of this form and no variable of the process has yet. */
function freshKey(kind: string): string {
  const fields = editor.get<{ getAll(): Schema[] }>("formFieldRegistry").getAll();
  const known = new Set([...fields.map((field) => field["key"]), ...sight.names.everywhere.map((one) => one.name)]);
  const stem = SHORT[kind] ?? kind;
  let number = 1;
  while (known.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

/** What a new field is called stands in the form that staff see: in their language, not the library's. */
function speak(config: Config, kind: string): void {
  const create = config.create.bind(config);
  config.create = (options, isNew) => {
    const made = create(options, isNew);
    if (!isNew) return made;
    if (config.keyed && !made["key"]) made["key"] = freshKey(kind);
    if (made["values"] && !options?.["values"]) made["values"] = firstOptions();
    if (!chinese) return made;
    for (const name of ["label", "dateLabel", "timeLabel"]) {
      if (typeof made[name] === "string") made[name] = FORM_ZH[made[name]] ?? made[name];
    }
    return made;
  };
}

const editor = new FormEditor({
  container: host,
  additionalModules: [{ __init__: ["bihuanVocabulary"], bihuanVocabulary: ["type", Vocabulary] }, choices, panel],
} as unknown as ConstructorParameters<typeof FormEditor>[0]);
let dirty = false;
let steps: Steps;

/** What the library adds of itself says nothing about the form. */
function written(): string {
  const { exporter: _, ...schema } = editor.saveSchema() as Schema;
  return `${JSON.stringify(schema, null, 2)}\n`;
}

async function collect(): Promise<void> {
  while (dirty) {
    dirty = false;
    await steps.collect(async () => written());
  }
}

function same(one: string, other: string): boolean {
  try {
    return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
  } catch {
    return false;
  }
}

const show = async (text: string): Promise<void> => void (await editor.importSchema(JSON.parse(text) as never));

async function open(): Promise<void> {
  try {
    const text = (await textOf(data.file)) ?? "{}";
    await show(text);
    steps = new Steps(data.file, text, show, same);
    steps.follow(editor.get("commandStack"), editor.get("eventBus"));
  } catch (failed) {
    say(w("draw-failed", { reason: failed instanceof Error ? failed.message : String(failed) }));
    return;
  }
  const soon = later(PAUSE, () => void collect());
  editor.on("changed", () => {
    dirty = true;
    soon();
  });
}

/** Which step uses the form, the gate says after the panel is drawn. */
function entitle(): void {
  const label = host.querySelector<HTMLElement>(".bio-properties-panel-header-label");
  const root = editor.get<{ get(): Schema | null }>("selection").get();
  if (label?.firstChild && (root === null || root["type"] === "default")) label.firstChild.nodeValue = titleOf(data.file, data.kind);
}

function showOnPhone(): void {
  const form = document.getElementById("preview-form") as HTMLFormElement;
  form.addEventListener("submit", () => {
    (form.elements.namedItem("schema") as HTMLInputElement).value = written();
    document.querySelector<HTMLElement>(".bh-phone")!.hidden = false;
  });
}

await open();
exchange(host, FORM_ZH);
showOnPhone();
whenChosen((one) => {
  const found = host.querySelector<HTMLElement>(`[data-id="${CSS.escape(one.element)}"]`);
  found?.click();
  found?.scrollIntoView({ block: "center" });
  window.setTimeout(() => reveal(host, one.rule), PAUSE);
});
showUnfolded(host);
onSight(entitle);
begin(collect);
host.dataset["state"] = "drawn";
(window as unknown as { bihuanForm: FormEditor }).bihuanForm = editor;
