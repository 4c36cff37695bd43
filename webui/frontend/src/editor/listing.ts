// The list of findings: in the order of the gate, but nothing in it moves while somebody points at it or works in it.
import { choose } from "./choosing";
import { data, make, w, type Finding } from "./data";
import { translation } from "./translations";

/** The gate cuts texts here; one that is shorter is whole. */
const LONGEST_TEXT = 400;

/** Gives what lists findings in *host*. */
export function listing(host: HTMLElement): (findings: Finding[]) => void {
  const box = host.closest<HTMLElement>(".bh-findings")!;
  const inUse = (): boolean => box.matches(":hover") || box.contains(document.activeElement);
  let latest: Finding[] = [];
  let behind = false;
  const settle = (): void => {
    if (!behind || inUse()) return;
    behind = false;
    host.replaceChildren(...folded(latest));
  };
  box.addEventListener("pointerleave", settle);
  box.addEventListener("focusout", () => window.setTimeout(settle));
  return (findings) => {
    latest = findings;
    behind = true;
    if (inUse()) keep(host, findings);
    else settle();
  };
}

/** What is mended stays where it stood, as mended; what is new comes last. */
function keep(host: HTMLElement, findings: Finding[]): void {
  const fresh = new Map(findings.map((one) => [keyOf(one), one]));
  for (const item of host.querySelectorAll<HTMLElement>("li[data-key]")) {
    mark(item, !fresh.has(item.dataset["key"]!));
    fresh.delete(item.dataset["key"]!);
  }
  for (const group of host.querySelectorAll("li:not([data-key])")) group.classList.toggle("mended", !group.querySelector("li:not(.mended)"));
  host.append(...[...fresh.values()].map(line));
}

function mark(item: HTMLElement, mended: boolean): void {
  item.classList.toggle("mended", mended);
  item.querySelector("button")!.setAttribute("aria-disabled", String(mended));
  item.querySelector("b")!.textContent = w(mended ? "findings.mended" : `severity.${item.dataset["severity"]}`);
}

/** By what a finding is the same when the gate is asked again. */
const keyOf = (one: Finding): string => JSON.stringify([one.rule, one.file, one.element, one.text]);

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
  const title = one.file === data.file || one.file === "" ? "" : one.title;
  const where = [title, one.text.includes(one.place) ? "" : one.place, one.line && one.file !== "process.bpmn" ? w("findings.line", { line: one.line }) : ""].filter(Boolean).join(" · ");
  const button = make("button", { type: "button", class: "bh-link" }, make("b", {}, w(`severity.${one.severity}`)), ` ${one.text}`);
  const item = make("li", { class: one.severity, "data-rule": one.rule, "data-element": one.element, "data-severity": one.severity, "data-key": keyOf(one) }, button);
  button.addEventListener("click", () => {
    if (!item.classList.contains("mended")) choose(one);
  });
  if (where) item.append(make("span", { class: "s" }, where));
  if (one.rule === UNTRANSLATED && one.file !== data.file && one.subject.length < LONGEST_TEXT) item.append(translation(one));
  else if (one.advice) item.append(make("span", { class: "s" }, one.advice));
  return item;
}
