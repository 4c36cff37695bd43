// Another owner saved first: shows both versions of every file that both changed, and lets the owner choose; loses neither.
import { data, make, part, post, w } from "./data";
import { pending, savedText, type Changes } from "./pending";

export type Conflict = { conflict: string; revision: number; began: number; theirs: string[]; both: string[]; mine: string[] };

export async function showConflict(found: Conflict, save: () => Promise<void>): Promise<void> {
  const box = part("conflict")!;
  part("conflict-words")!.textContent = found.conflict;
  const files = part("conflict-files")!;
  files.replaceChildren();
  for (const name of found.both) files.append(await both(name, found));
  files.append(...only("only-theirs", found.theirs), ...only("only-mine", found.mine));
  box.hidden = false;
  box.focus();
  box.scrollIntoView({ block: "start" });
  act("resolve", () => void resolve(found, files, save));
  act("mine", download);
  act("theirs", () => {
    pending.clear(found.revision);
    location.reload();
  });
}

function act(name: string, work: () => void): void {
  const button = document.querySelector<HTMLButtonElement>(`[data-do="${name}"]`)!;
  button.onclick = work;
}

/** Sends what the page holds to where it comes back as a file. */
export function download(): void {
  const form = document.getElementById("editor-mine") as HTMLFormElement;
  (form.elements.namedItem("state") as HTMLInputElement).value = JSON.stringify(pending.state());
  form.submit();
}

async function both(name: string, found: Conflict): Promise<HTMLElement> {
  const mine = pending.changes[name] ?? null;
  const theirs = await savedText(name, found.revision);
  const group = make("fieldset", { class: "bh-both", "data-file": name }, make("legend", {}, `${name} · ${w("conflict.both")}`));
  for (const [side, text] of [["their", theirs], ["mine", mine]] as const) {
    const radio = make("input", { type: "radio", name: `use-${name}`, value: side, class: "form-check-input" });
    const label = make("label", {}, radio, ` ${w(side === "mine" ? "conflict.use-mine" : "conflict.use-theirs")}`);
    const shown = make("div", { class: "bh-side" }, label);
    if (name.endsWith(".bpmn") && text !== null) shown.append(diagram(text));
    else shown.append(make("pre", { tabindex: "0" }, text ?? w("conflict.deleted")));
    group.append(shown);
  }
  return group;
}

function diagram(xml: string): HTMLElement {
  const host = make("div", { class: "bh-canvas" });
  void import("bpmn-js/lib/NavigatedViewer").then(async ({ default: Viewer }) => {
    const viewer = new Viewer({ container: host });
    await viewer.importXML(xml);
    viewer.get<{ zoom(how: string, at: object): void }>("canvas").zoom("fit-viewport", { x: 0, y: 0 });
  });
  return host;
}

function only(code: string, names: string[]): HTMLElement[] {
  return names.length === 0 ? [] : [make("p", {}, `${w(`conflict.${code}`)}: ${names.join(", ")}`)];
}

async function resolve(found: Conflict, files: HTMLElement, save: () => Promise<void>): Promise<void> {
  const changes: Changes = {};
  for (const name of found.mine) changes[name] = pending.changes[name] ?? null;
  for (const name of found.both) {
    const chosen = [...files.querySelectorAll<HTMLInputElement>("input:checked")].find((one) => one.name === `use-${name}`);
    if (!chosen) {
      part("conflict-words")!.textContent = w("conflict.choose");
      part("conflict")!.focus();
      return;
    }
    if (chosen.value === "mine") changes[name] = pending.changes[name] ?? null;
  }
  if (Object.keys(changes).length === 0) {
    pending.clear(found.revision);
    location.reload();
    return;
  }
  // Until the merged state is saved, what the page held stays what it holds.
  const reply = await post("save", { revision: found.revision, changes });
  if (!reply.ok) return save();
  const saved = (await reply.json()) as { revision: number };
  pending.clear(saved.revision);
  location.href = location.pathname === data.base || found.both.length ? location.pathname : data.base;
}
