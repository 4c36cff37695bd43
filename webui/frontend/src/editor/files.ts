// The files of the package: one tab per kind, a row with those of the open kind; new ones, other names, deleting.
import { addressOf, data, make, part, w } from "./data";
import { flush, go, pending, textOf } from "./pending";
import { fresh } from "./fresh";
import { onSight, sight } from "./findings";

type Kind = { folder: string; ending: string };
export const KINDS: Record<string, Kind> = {
  form: { folder: "forms/", ending: ".json" },
  decision: { folder: "decisions/", ending: ".dmn" },
  letter: { folder: "letters/", ending: ".md.j2" },
  texts: { folder: "texts/", ending: ".po" },
  scenario: { folder: "scenarios/", ending: ".toml" },
};
const SINGLE: Record<string, string> = { diagram: "process.bpmn", manifest: "package.toml" };

export function showFiles(): void {
  draw();
  pending.onChange(draw);
  onSight(draw);
}

/** What was saved is what the package has from now on. */
export function keep(changes: Record<string, string | null>): void {
  for (const [name, text] of Object.entries(changes)) {
    const place = data.files.findIndex((file) => file.name === name);
    if (text === null && place >= 0) data.files.splice(place, 1);
    if (text !== null && place < 0) data.files.push({ name, kind: kindOf(name), text: true });
  }
}

/** The names of a kind's files as the owner has them. */
export function names(kind: string): string[] {
  const found = new Set(data.files.filter((file) => file.kind === kind).map((file) => file.name));
  for (const [name, text] of Object.entries(pending.changes)) {
    if (kindOf(name) !== kind) continue;
    if (text === null) found.delete(name);
    else found.add(name);
  }
  return [...found].sort();
}

function kindOf(name: string): string {
  const single = Object.entries(SINGLE).find(([, file]) => file === name);
  if (single) return single[0];
  const listed = Object.entries(KINDS).find(([, kind]) => name.startsWith(kind.folder));
  return listed ? listed[0] : "other";
}

function draw(): void {
  document.querySelectorAll<HTMLAnchorElement>(".bh-tabs a[data-kind]").forEach((tab) => {
    const kind = tab.dataset["kind"]!;
    const listed = names(kind);
    tab.href = SINGLE[kind] ? addressOf(SINGLE[kind]) : listed.length ? addressOf(listed[0]!) : `#${kind}`;
    tab.querySelector(".n")!.textContent = SINGLE[kind] || listed.length === 0 ? "" : String(listed.length);
    if (!SINGLE[kind] && listed.length === 0) tab.onclick = (event) => empty(event, kind);
  });
  row(data.kind);
}

/** A kind without files has no page yet: its row offers to begin one. */
function empty(event: Event, kind: string): void {
  event.preventDefault();
  event.stopPropagation();
  row(kind);
}

function row(kind: string): void {
  const host = part("files")!;
  // A button that is replaced between press and release is never clicked: the row is made anew only for other files.
  const shown = JSON.stringify([kind, names(kind).map((name) => [name, sight.users[name]])]);
  if (host.dataset["shown"] !== shown) fill(host, kind);
  host.dataset["shown"] = shown;
  host.querySelectorAll<HTMLAnchorElement>("a").forEach((link) => {
    link.classList.toggle("changed", pending.changes[link.dataset["name"]!] !== undefined);
  });
}

function fill(host: HTMLElement, kind: string): void {
  host.replaceChildren();
  if (SINGLE[kind]) return;
  for (const name of names(kind)) {
    const link = make("a", { href: addressOf(name), "data-name": name, title: name }, titleOf(name, kind));
    if (name === data.file) link.setAttribute("aria-current", "page");
    host.append(link);
  }
  if (names(kind).length === 0) host.append(make("span", { class: "s" }, w("none")));
  if (KINDS[kind]) host.append(action(w(`add.title.${kind}`), () => void add(kind), "add"));
  if (data.kind === kind && (KINDS[kind] || kind === "other")) {
    if (KINDS[kind]) host.append(action(w("rename"), () => void rename(data.file, kind), "rename"));
    if (data.file !== "README.md") host.append(action(w("remove"), () => remove(data.file), "remove"));
  }
}

/** What a file is called: by the step that uses it, else by its own name. */
export const titleOf = (name: string, kind: string): string => sight.users[name] || short(name, kind);

function short(name: string, kind: string): string {
  const found = KINDS[kind];
  return found ? name.slice(found.folder.length, -found.ending.length) : name;
}

function action(label: string, work: () => void, name: string): HTMLElement {
  const button = make("button", { type: "button", class: "btn btn-sm btn-outline-secondary", "data-file-do": name }, label);
  button.addEventListener("click", work);
  return button;
}

async function add(kind: string): Promise<void> {
  const key = await askName(w(`add.title.${kind}`), "");
  if (key) create(kind, key);
}

/** Begins a file of a kind and opens it. */
export function create(kind: string, key: string): void {
  const { folder, ending } = KINDS[kind]!;
  const name = `${folder}${key}${ending}`;
  if (names(kind).includes(name)) {
    window.alert(w("name.taken"));
    return;
  }
  pending.set(name, fresh(kind, key));
  void go(addressOf(name));
}

async function rename(name: string, kind: string): Promise<void> {
  const key = await askName(w("rename.title", { name }), short(name, kind));
  const { folder, ending } = KINDS[kind]!;
  const target = `${folder}${key}${ending}`;
  if (!key || target === name) return;
  if (names(kind).includes(target)) {
    window.alert(w("name.taken"));
    return;
  }
  await flush();
  pending.set(target, await textOf(name));
  pending.set(name, null);
  pending.close();
  location.href = addressOf(target);
}

function remove(name: string): void {
  if (!window.confirm(w("remove.ask", { name }))) return;
  pending.set(name, null);
  pending.close();
  location.href = data.base;
}

function askName(title: string, value: string): Promise<string> {
  const dialog = document.getElementById("editor-name") as HTMLDialogElement;
  const input = document.getElementById("editor-name-input") as HTMLInputElement;
  document.getElementById("editor-name-title")!.textContent = title;
  input.value = value;
  dialog.returnValue = "";
  dialog.showModal();
  input.select();
  return new Promise((give) => {
    dialog.addEventListener("close", () => give(dialog.returnValue === "yes" && input.checkValidity() ? input.value.trim() : ""), { once: true });
  });
}
