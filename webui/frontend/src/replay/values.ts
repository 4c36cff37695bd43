// The variables as they stand, and what the entry changed; large values are fetched when somebody looks at them.
import type { Case, Json, Scope, State, Variable } from "./timeline";
import { say, type Words } from "./words";

export type LoadValue = (fact: number) => Promise<Json>;

/** What every part of the data needs: sentences, the labels of forms, and the way to a value that was left out. */
type Look = { words: Words; labels: Record<string, string>; load: LoadValue };

/** Draws the data of *state*; what *before* held otherwise stands first, old and new. Gives how many changed. */
export function showData(host: HTMLElement, before: State, state: State, data: Case, words: Words, load: LoadValue): number {
  const look: Look = { words, labels: data.labels, load };
  const changed = list();
  const parts: Node[] = [];
  const own = new Folded();
  const given = new Folded();
  const counted = new Folded();
  let count = 0;
  for (const [key, scope] of state.scopes) {
    const kept = list();
    const old = before.scopes.get(key)?.variables ?? {};
    for (const [name, variable] of Object.entries(scope.variables)) {
      const differs = old[name]?.fact !== variable.fact && !same(old[name]?.value, variable.value);
      const label = data.labels[name];
      const row = [term(label ?? name, differs || !label ? where(scope, data) : ""), description(old[name], variable, differs, look)];
      if (scope.element === data.process && data.given.includes(name)) given.add(row, false);
      else if (data.counters?.includes(name)) counted.add(row, false);
      else {
        count += differs ? 1 : 0;
        if (!label) own.add(row, differs);
        else (differs ? changed : kept).append(...row);
      }
    }
    if (kept.childElementCount) parts.push(heading(scope, data, words), kept);
  }
  if (changed.childElementCount) {
    changed.classList.add("bh-changed");
    parts.unshift(title(say(words, "here")), changed);
  }
  const foot = own.changed ? say(words, "own-changed", { count: own.count, changed: own.changed }) : say(words, "own", { count: own.count });
  parts.push(...own.under(foot), ...given.under(say(words, "given")), ...counted.under(say(words, "counters")));
  host.replaceChildren(...parts);
  if (!parts.length) host.textContent = say(words, "nothing");
  return count;
}

/** Variables that are shown only to who opens them; what the entry changed stands first. */
class Folded {
  count = 0;
  changed = 0;
  private readonly first = list();
  private readonly rest = list();

  add(row: Node[], differs: boolean): void {
    this.count++;
    this.changed += differs ? 1 : 0;
    (differs ? this.first : this.rest).append(...row);
  }

  under(summary: string): Node[] {
    if (!this.count) return [];
    this.first.append(...this.rest.childNodes);
    return [details(summary, this.first)];
  }
}

function list(): HTMLElement {
  const found = document.createElement("dl");
  found.className = "bh-kv";
  return found;
}

function details(summed: string, body: Node, open = false): HTMLElement {
  const found = document.createElement("details");
  found.open = open;
  const summary = document.createElement("summary");
  summary.textContent = summed;
  found.append(summary, body);
  return found;
}

function title(text: string): HTMLElement {
  const found = document.createElement("h3");
  found.textContent = text;
  return found;
}

function heading(scope: Scope, data: Case, words: Words): Node {
  const found = title(say(words, "scope", { element: data.names[scope.element] ?? scope.element }));
  if (scope.element === data.process) found.hidden = true;
  return found;
}

function where(scope: Scope, data: Case): string {
  return scope.element === data.process ? "" : (data.names[scope.element] ?? scope.element);
}

function term(label: string, place: string): HTMLElement {
  const found = document.createElement("dt");
  found.textContent = label;
  if (place) {
    const small = document.createElement("small");
    small.textContent = place;
    found.append(small);
  }
  return found;
}

function description(old: Variable | undefined, now: Variable, differs: boolean, look: Look): HTMLElement {
  const found = document.createElement("dd");
  if (!differs) found.append(shown(now, look));
  else if (old) found.append(comparison(old, now, look));
  else found.append(marked("ins", shown(now, look)));
  return found;
}

/** A value to be read; one that was left out as a button that brings it. */
function shown(variable: Variable, look: Look): Node {
  if (left(variable.value) === undefined) return drawn(variable.value, look);
  return fetched(variable.value, look, () => look.load(variable.fact).then((value) => drawn(value, look, true)));
}

/** What a value was and what it became; where one was left out, a button that brings both. */
function comparison(old: Variable, now: Variable, look: Look): Node {
  const large = [now, old].find((one) => left(one.value) !== undefined);
  if (!large) return compared(old.value, now.value, look);
  const whole = (one: Variable): Promise<Json> => (left(one.value) === undefined ? Promise.resolve(one.value) : look.load(one.fact));
  return fetched(large.value, look, () => Promise.all([whole(old), whole(now)]).then(([was, is]) => compared(was, is, look, true)));
}

function fetched(value: Json, look: Look, bring: () => Promise<Node>): Node {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "bh-more";
  const rows = isPlain(value) ? value["rows"] : null;
  button.textContent = typeof rows === "number" ? say(look.words, "large-rows", { count: rows }) : say(look.words, "large", { size: left(value) });
  button.addEventListener("click", () => {
    bring().then(
      (found) => button.replaceWith(found),
      () => (button.textContent = say(look.words, "value-failed")),
    );
  });
  return button;
}

/** Old and new in one: rows and fields that are still there side by side, each with what became of it. */
function compared(old: Json, now: Json, look: Look, open = false): Node {
  if (same(old, now)) return drawn(now, look, open);
  if (rows(old) && rows(now) && old.length === now.length) return folded(now, look, open, (item, index) => compared(old[index]!, item, look));
  if (isPlain(old) && isPlain(now) && !tagged(old) && !tagged(now)) {
    const fields = { ...old, ...now };
    return pairs(fields, look, (_, key) => (key in old ? (key in now ? compared(old[key]!, now[key]!, look) : marked("del", drawn(old[key]!, look))) : marked("ins", drawn(now[key]!, look))));
  }
  const both = document.createElement("span");
  const arrow = document.createElement("span");
  arrow.textContent = " → ";
  both.append(marked("del", drawn(old, look), say(look.words, "before")), arrow, marked("ins", drawn(now, look), say(look.words, "after")));
  return both;
}

/** What went or came; what opens is framed, since its rows have a colour of their own. */
function marked(kind: "del" | "ins", body: Node, label = ""): HTMLElement {
  const found = document.createElement(kind);
  if (label) {
    const said = document.createElement("span");
    said.className = body instanceof Text ? "visually-hidden" : "bh-said";
    said.textContent = `${label} `;
    found.append(said);
  }
  if (!(body instanceof Text)) found.className = "bh-nested";
  found.append(body);
  return found;
}

function left(value: Json): number | undefined {
  return isPlain(value) && typeof value["@large"] === "number" ? value["@large"] : undefined;
}

function isPlain(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function same(one: Json | undefined, other: Json): boolean {
  return one === other || (left(other) === undefined && JSON.stringify(one) === JSON.stringify(other));
}

/** A value: text, or what is inside it to be opened. */
function drawn(value: Json, look: Look, open = false): Node {
  if (rows(value)) return folded(value, look, open, (item) => drawn(item, look));
  if (isPlain(value) && !tagged(value)) return pairs(value, look, (inner) => drawn(inner, look));
  return document.createTextNode(text(value, look.words));
}

/** True for a list of which something is more than a word. */
function rows(value: Json): value is Json[] {
  return Array.isArray(value) && value.some(nested);
}

function nested(item: Json): boolean {
  return Array.isArray(item) ? item.some((inner) => typeof inner === "object" && inner !== null) : isPlain(item) && !tagged(item);
}

function folded(items: Json[], look: Look, open: boolean, draw: (item: Json, index: number) => Node): Node {
  const all = document.createElement("ol");
  items.forEach((item, index) => {
    const row = document.createElement("li");
    row.append(draw(item, index));
    all.append(row);
  });
  return details(say(look.words, "rows", { count: items.length }), all, open);
}

/** The fields of a value: those that a form asks for under their labels, then the others by name. */
function pairs(value: { [key: string]: Json }, look: Look, draw: (inner: Json, key: string) => Node): Node {
  const all = list();
  all.classList.add("small");
  const keys = Object.keys(value);
  for (const key of [...keys.filter((one) => look.labels[one]), ...keys.filter((one) => !look.labels[one])]) {
    const name = term(look.labels[key] ?? key, "");
    const body = document.createElement("dd");
    body.append(draw(value[key]!, key));
    all.append(name, body);
  }
  return all;
}

function tagged(value: { [key: string]: Json }): string | undefined {
  const [key, ...more] = Object.keys(value);
  return key?.startsWith("@") && !more.length ? key : undefined;
}

/** One line: yes and no in words, dates and numbers without their tags, a file by its name. */
export function text(value: Json, words: Words): string {
  if (value === null || value === "") return "—";
  if (typeof value === "boolean") return say(words, value ? "yes" : "no");
  if (Array.isArray(value)) return value.map((item) => text(item, words)).join(" · ") || "—";
  if (!isPlain(value)) return String(value);
  const tag = tagged(value);
  const inner = tag ? value[tag]! : null;
  if (tag === "@file" && isPlain(inner)) return String(inner["name"]);
  if (tag) return Array.isArray(inner) ? inner.map((item) => text(item, words)).join(" … ") : String(inner);
  return Object.entries(value).map(([key, item]) => `${key} ${text(item, words)}`).join(" · ");
}
