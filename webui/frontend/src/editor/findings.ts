// Asks the gate about the state in the page after each pause of drawing or typing, and tells what it says.
import { data, later, part, post, w, type Finding, type Sight } from "./data";
import { listing } from "./listing";
import { pending } from "./pending";

const PAUSE = 100;
type Listener = (sight: Sight) => void;
const listeners: Listener[] = [];
let asked = 0;
/** The question that is under way: a newer one makes its answer worthless. */
let underWay = new AbortController();

/** From so many milliseconds on, what is listed may be mended already, and looks so. */
const SLOW = 150;
/** What the gate said last of names and files: the next page of the editor need not wait for it. */
const KEPT = `bihuan-sight:${data.definition}`;

export let sight: Sight = {
  findings: [], outline: "", names: { everywhere: [], at: {} }, roles: {}, forms: [], decisions: [], letters: [], users: {}, services: [], processes: {}, called: {}, ...kept(),
};

function kept(): Partial<Sight> {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") as Partial<Sight>;
  } catch {
    return {}; // not written by us
  }
}

function keep(): void {
  const { findings: _, outline: __, ...names } = sight;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(names));
  } catch {
    // The tab's memory is for what is not saved.
  }
}

export function onSight(tell: Listener): void {
  listeners.push(tell);
}

export const askSoon = later(PAUSE, () => void ask());

/** A file that was just begun for a step is called by it before the gate has seen it. */
export function remember(file: string, step: string): void {
  sight.users[file] = step;
  keep();
}

export async function ask(): Promise<void> {
  const mine = ++asked;
  underWay.abort();
  underWay = new AbortController();
  const state = part("findings-state");
  if (state) state.textContent = w("findings.wait");
  const slow = window.setTimeout(() => busy(true), SLOW);
  try {
    const reply = await post("findings", pending.state(), underWay.signal);
    const found = (await reply.json()) as Sight & { failed?: string };
    if (mine !== asked) return;
    if (!reply.ok) throw new Error(found.failed ?? String(reply.status));
    sight = found;
    keep();
    show(found.findings);
    listeners.forEach((tell) => tell(found));
  } catch (failed) {
    if (state && mine === asked) state.textContent = `${w("findings.failed")} ${failed instanceof Error && isNaN(Number(failed.message)) ? failed.message : ""}`;
  } finally {
    window.clearTimeout(slow);
    if (mine === asked) busy(false);
  }
}

function busy(yes: boolean): void {
  part("findings")?.setAttribute("aria-busy", String(yes));
}

const list = part("findings") && listing(part("findings")!);

function show(findings: Finding[]): void {
  const state = part("findings-state");
  if (!list || !state) return;
  const errors = findings.filter((one) => one.severity === "error").length;
  state.textContent = findings.length === 0 ? w("findings.none") : w("findings.some", { errors, others: findings.length - errors });
  const count = part("findings-count");
  if (count) count.textContent = findings.length ? String(findings.length) : "";
  state.closest<HTMLElement>(".bh-findings")!.dataset["errors"] = String(errors);
  // What concerns the file that is open stands first; the server has sorted by severity.
  const here = findings.filter((one) => one.file === data.file);
  list([...here, ...findings.filter((one) => one.file !== data.file)]);
}
