// Asks the gate about the state in the page after each pause of drawing or typing, and lists what it says.
import { translation } from "./translations";
import { addressOf, data, later, make, part, post, w, type Finding, type Sight } from "./data";
import { go, pending } from "./pending";

const PAUSE = 100;
/** The gate cuts texts here; one that is shorter is whole. */
const LONGEST_TEXT = 400;
type Listener = (sight: Sight) => void;
const listeners: Listener[] = [];
let selectElement: ((id: string) => boolean) | null = null;
let asked = 0;
/** The question that is under way: a newer one makes its answer worthless. */
let underWay = new AbortController();

/** Which step uses which file, as the gate said last: the next page of the editor need not wait for it. */
const USERS = `bihuan-users:${data.definition}`;

export let sight: Sight = {
  findings: [], outline: "", names: { everywhere: [], at: {} }, roles: {}, forms: [], decisions: [], letters: [], users: JSON.parse(sessionStorage.getItem(USERS) ?? "{}") as Record<string, string>, services: [], processes: {},
};

export function onSight(tell: Listener): void {
  listeners.push(tell);
}

/** How the page shows the element of a finding about its own file; false where it has no such element. */
export function whenChosen(select: (id: string) => boolean): void {
  selectElement = select;
}

export const askSoon = later(PAUSE, () => void ask());

/** A file that was just begun for a step is called by it before the gate has seen it. */
export function remember(file: string, step: string): void {
  sight.users[file] = step;
  sessionStorage.setItem(USERS, JSON.stringify(sight.users));
}

export async function ask(): Promise<void> {
  const mine = ++asked;
  underWay.abort();
  underWay = new AbortController();
  const state = part("findings-state");
  if (state) state.textContent = w("findings.wait");
  try {
    const reply = await post("findings", pending.state(), underWay.signal);
    const found = (await reply.json()) as Sight & { failed?: string };
    if (mine !== asked) return;
    if (!reply.ok) throw new Error(found.failed ?? String(reply.status));
    sight = found;
    sessionStorage.setItem(USERS, JSON.stringify(found.users));
    show(found.findings);
    listeners.forEach((tell) => tell(found));
  } catch (failed) {
    if (state && mine === asked) state.textContent = `${w("findings.failed")} ${failed instanceof Error && isNaN(Number(failed.message)) ? failed.message : ""}`;
  }
}

function show(findings: Finding[]): void {
  const list = part("findings");
  const state = part("findings-state");
  if (!list || !state) return;
  const errors = findings.filter((one) => one.severity === "error").length;
  state.textContent = findings.length === 0 ? w("findings.none") : w("findings.some", { errors, others: findings.length - errors });
  const count = part("findings-count");
  if (count) count.textContent = findings.length ? String(findings.length) : "";
  list.closest<HTMLElement>(".bh-findings")!.dataset["errors"] = String(errors);
  // What concerns the file that is open stands first; the server has sorted by severity.
  const here = findings.filter((one) => one.file === data.file);
  list.replaceChildren(...folded([...here, ...findings.filter((one) => one.file !== data.file)]));
}

/** From so many of the same kind on, only the first is shown, with how many more there are. */
const MANY = 3;
const UNTRANSLATED = "text-untranslated";

/** Errors each for itself, of every other kind the first; last, in one line, what nobody must do: translations. */
function folded(findings: Finding[]): HTMLElement[] {
  const untranslated = findings.filter((one) => one.rule === UNTRANSLATED);
  const others = grouped(findings.filter((one) => one.rule !== UNTRANSLATED), (one, place) => (one.severity === "error" ? String(place) : `${one.rule} ${one.file}`));
  return [...others.flatMap(someOf), ...grouped(untranslated, (one) => one.file).map(translations)];
}

function grouped(findings: Finding[], kindOf: (one: Finding, place: number) => string): Finding[][] {
  const kinds = new Map<string, Finding[]>();
  findings.forEach((one, place) => kinds.set(kindOf(one, place), [...(kinds.get(kindOf(one, place)) ?? []), one]));
  return [...kinds.values()];
}

function someOf(same: Finding[]): HTMLElement[] {
  if (same.length < MANY) return same.map(line);
  const first = line(same[0]!);
  first.append(unfolding(same[0]!.rule, w("findings.more", { count: same.length - 1 }), same.slice(1)));
  return [first];
}

/** All that one catalogue misses. */
function translations(same: Finding[]): HTMLElement {
  const words = w("findings.untranslated", { count: same.length, language: languageOf(same[0]!.file) });
  return make("li", { class: "warning", "data-rule": UNTRANSLATED, "data-element": "" }, unfolding(`${UNTRANSLATED} ${same[0]!.file}`, words, same));
}

/** The language of a catalogue, in the words of the page: of ``texts/en.po`` 英语. */
function languageOf(file: string): string {
  const code = file.slice("texts/".length, -".po".length);
  try {
    return new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(code) ?? code;
  } catch {
    return code; // a name that is no language's
  }
}

function unfolding(kind: string, words: string, inside: Finding[]): HTMLDetailsElement {
  const made = make("details", {}, make("summary", {}, words), make("ul", {}, ...inside.map(line)));
  made.open = opened.has(kind);
  made.addEventListener("toggle", () => (made.open ? opened.add(kind) : opened.delete(kind)));
  return made;
}

/** Kinds that somebody has unfolded: they stay so when the gate is asked again. */
const opened = new Set<string>();

function line(one: Finding): HTMLElement {
  const place = one.file === data.file || one.file === "" ? one.place : [one.title, one.place].filter(Boolean).join(" · ");
  const where = [place, one.line && one.file !== "process.bpmn" ? w("findings.line", { line: one.line }) : ""].filter(Boolean).join(" · ");
  const button = make("button", { type: "button", class: "bh-link" }, make("b", {}, w(`severity.${one.severity}`)), ` ${one.text}`);
  button.addEventListener("click", () => choose(one));
  const item = make("li", { class: one.severity, "data-rule": one.rule, "data-element": one.element }, button);
  if (where) item.append(make("span", { class: "s" }, where));
  if (one.rule === UNTRANSLATED && one.file !== data.file && one.subject.length < LONGEST_TEXT) item.append(translation(one));
  else if (one.advice) item.append(make("span", { class: "s" }, one.advice));
  return item;
}

function choose(one: Finding): void {
  if (one.file === data.file || one.file === "") selectElement?.(one.element);
  else if (data.files.some((file) => file.name === one.file) || pending.changes[one.file] !== undefined) {
    void go(`${addressOf(one.file)}#${encodeURIComponent(one.element)}`);
  }
}
