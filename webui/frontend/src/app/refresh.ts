// Fields that depend on others, rows and files: the server draws them anew; what the person has under the cursor stays.
import { typedIn } from "./draft";

const ACTIONS = "button[name=_add],button[name=_remove],button[name=_drop],button[name=_refresh]";

export function refreshFields(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>(ACTIONS);
    if (!button?.form || !button.closest("[data-fields]")) return;
    event.preventDefault();
    const { form, name, value } = button;
    const id = button.closest<HTMLElement>("[data-component]")!.dataset["component"]!;
    inTurn(() => (name === "_refresh" ? refresh(form) : act(form, id, name, value)));
  });
  document.addEventListener("change", (event) => {
    const field = event.target as Element;
    const form = field.closest("form");
    if (form && field.closest("[data-fields][data-live]")) inTurn(() => refresh(form));
  });
}

// One question at a time: a late answer never takes back what a later one has drawn.
let turn: Promise<void> = Promise.resolve();

function inTurn(work: () => Promise<void>): void {
  turn = turn.then(work, work);
}

async function refresh(form: HTMLFormElement): Promise<void> {
  const fresh = await ask(form, "_refresh", "1");
  if (!fresh) return;
  keepTyped(form, fresh);
  // What came back as it was left may look otherwise by what was typed meanwhile: the server says how.
  if (renew(form.querySelector("[data-fields]")!, fresh)) inTurn(() => refresh(form));
}

async function act(form: HTMLFormElement, id: string, name: string, value: string): Promise<void> {
  const adding = name === "_add";
  const fresh = await ask(form, name, value);
  const chosen = `[data-component="${CSS.escape(id)}"]`;
  const part = form.querySelector<HTMLElement>(chosen);
  const redrawn = fresh?.querySelector<HTMLElement>(chosen);
  if (!part || !redrawn) return;
  part.replaceWith(redrawn);
  redrawn.querySelectorAll<HTMLElement>(".bh-quick[hidden]").forEach((row) => (row.hidden = false));
  const target = adding ? "tbody tr:last-child :is(input,select,textarea):not([type=hidden])" : "button[name=_add],input[type=file]";
  redrawn.querySelector<HTMLElement>(target)?.focus();
  redrawn.dispatchEvent(new CustomEvent("bh:changed", { bubbles: true }));
}

/** The fields as the server draws them for what is typed now; null if it could not be asked. */
async function ask(form: HTMLFormElement, name: string, value: string): Promise<HTMLElement | null> {
  const data = typedIn(form);
  data.set(name, value);
  try {
    // Not form.action: a field with that name would stand in its place.
    const reply = await fetch(form.getAttribute("action") ?? location.href, { method: "POST", body: data });
    if (!reply.ok) return null;
    return new DOMParser().parseFromString(await reply.text(), "text/html").querySelector<HTMLElement>("[data-fields]");
  } catch {
    return null;
  }
}

/** What was typed while the server drew belongs into what it drew. */
function keepTyped(form: HTMLFormElement, fresh: HTMLElement): void {
  fresh.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input[type=text],textarea").forEach((field) => {
    const typed = form.querySelector<HTMLInputElement | HTMLTextAreaElement>(`#${CSS.escape(field.id)}`);
    if (typed) field.value = typed.value;
  });
}

/** Parts that a condition took away, as they were filled in: it may bring them back, and nothing typed is lost by that. */
const parked = new Map<string, HTMLElement>();

/**
 * Parts that are the same stay untouched; new ones come, old ones go, changed ones are exchanged and the focus returns.
 * True where a part came back that had been taken away.
 */
function renew(now: HTMLElement, fresh: HTMLElement): boolean {
  const focused = document.activeElement?.id;
  const old = new Map([...now.children].map((part) => [(part as HTMLElement).dataset["component"], part as HTMLElement]));
  let back = false;
  const wanted = [...fresh.children].map((part) => {
    const element = part as HTMLElement;
    const left = parked.get(element.dataset["component"] ?? "");
    if (left && !old.has(element.dataset["component"])) {
      parked.delete(element.dataset["component"]!);
      back = true;
      return left;
    }
    const kept = old.get(element.dataset["component"]);
    return kept && kept.dataset["shape"] === element.dataset["shape"] ? kept : element;
  });
  const there = new Set(wanted.map((part) => part.dataset["component"]));
  for (const [id, part] of old) if (id && id !== "_refresh" && !there.has(id)) parked.set(id, part);
  wanted.forEach((part, index) => {
    if (now.children[index] !== part) now.insertBefore(part, now.children[index] ?? null);
  });
  while (now.children.length > wanted.length) now.lastElementChild!.remove();
  now.querySelectorAll<HTMLElement>(".bh-quick[hidden]").forEach((row) => (row.hidden = false));
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  return back;
}
