// What every page of the editor has: saving, who else is here, the files of the package, the conflict of two owners.
import "./style.css";
import { data, part, post, w } from "./data";
import { ask, askSoon } from "./findings";
import { keep, showFiles } from "./files";
import { flush, go, pending, whenAsked } from "./pending";
import { showConflict, type Conflict } from "./conflict";

const HEARTBEAT = 20_000;

/** Called by a page when it is ready: *collect* brings what stands in its editor into the pending changes. */
export function begin(collect: () => Promise<void>): void {
  whenAsked(collect);
  showFiles();
  pending.onChange(showState);
  pending.onChange(askSoon);
  showState();
  void ask();
  void beHere();
  window.setInterval(() => void beHere(), HEARTBEAT);
  button("save").addEventListener("click", () => void save());
  button("revert").addEventListener("click", () => {
    if (!window.confirm(w("revert.ask"))) return;
    pending.clear(data.revision);
    location.reload();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      void save();
    }
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (!link || event.defaultPrevented || link.target || link.download !== "" || link.origin !== location.origin) return;
    if (link.hasAttribute("download") || link.getAttribute("href")!.startsWith("#") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    // What stands in the editor goes along to the next page, or is saved where that page knows of saved drafts alone.
    void ("saves" in link.dataset ? saveAndGo(link.href) : go(link.href));
  });
}

function button(name: string): HTMLButtonElement {
  return document.querySelector<HTMLButtonElement>(`[data-do="${name}"]`)!;
}

function showState(): void {
  const any = pending.any();
  part("unsaved")!.hidden = !any;
  button("save").disabled = !any;
  button("revert").disabled = !any;
  document.documentElement.dataset["unsaved"] = String(any);
}

export async function save(): Promise<void> {
  await flush();
  if (!pending.any()) return;
  say("");
  button("save").textContent = w("saving");
  try {
    const reply = await post("save", pending.state());
    const told = (await reply.json()) as { revision: number; saved: string; failed?: string };
    if (reply.ok) saved(told.revision, told.saved);
    else if (reply.status === 409) await showConflict(told as unknown as Conflict, save);
    else say(reply.status === 404 ? w("lost") : (told.failed ?? w("failed")));
  } catch {
    say(w("failed"));
  } finally {
    button("save").textContent = w("save");
  }
}

/** Where the draft cannot be saved, the page stays and says why. */
async function saveAndGo(address: string): Promise<void> {
  await save();
  if (!pending.any()) location.href = address;
}

function saved(revision: number, sentence: string): void {
  data.revision = revision;
  keep(pending.changes);
  pending.clear(revision);
  part("saved")!.textContent = sentence;
  part("conflict")!.hidden = true;
}

export function say(sentence: string): void {
  const box = part("failed")!;
  box.textContent = sentence;
  box.hidden = sentence === "";
}

async function beHere(): Promise<void> {
  try {
    const reply = await post("present", {});
    if (!reply.ok) return;
    const told = (await reply.json()) as { others: string; revision: number; newer: string };
    const newer = told.revision > pending.revision ? told.newer : "";
    part("others")!.textContent = [told.others, newer].filter(Boolean).map((one) => `· ${one}`).join(" ");
  } catch {
    // Who else is here is good to know, and not worth a word when the network is away.
  }
}
