// The variables as they stand, and what the entry changed; large values are fetched when somebody looks at them.
import type { Case, Json, Scope, State, Variable } from "./timeline";
import { say, type Words } from "./words";

export type LoadValue = (fact: number) => Promise<Json>;

/** Draws the data of *state*; a variable that *before* held otherwise is marked. Gives how many are. */
export function showData(host: HTMLElement, before: State, state: State, data: Case, words: Words, load: LoadValue): number {
  const changed: Node[] = [];
  const parts: Node[] = [];
  const given = document.createElement("dl");
  given.className = "bh-kv";
  const counted = document.createElement("dl");
  counted.className = "bh-kv";
  let count = 0;
  for (const [key, scope] of state.scopes) {
    const list = document.createElement("dl");
    list.className = "bh-kv";
    const old = before.scopes.get(key)?.variables ?? {};
    for (const [name, variable] of Object.entries(scope.variables)) {
      const differs = old[name]?.fact !== variable.fact && !same(old[name]?.value, variable.value);
      const row = [term(data.labels[name] ?? name, differs ? where(scope, data) : ""), description(old[name], variable, differs, words, load)];
      if (scope.element === data.process && data.given.includes(name)) given.append(...row);
      else if (data.counters?.includes(name)) counted.append(...row);
      else if (differs) {
        changed.push(...row);
        count++;
      } else list.append(...row);
    }
    if (list.childElementCount) parts.push(heading(scope, data, words), list);
  }
  const first = document.createElement("dl");
  first.className = "bh-kv bh-changed";
  first.append(...changed);
  if (given.childElementCount) parts.push(details(say(words, "given"), given));
  if (counted.childElementCount) parts.push(details(say(words, "counters"), counted));
  host.replaceChildren(...(count ? [first] : []), ...parts);
  if (!count && !parts.length) host.textContent = say(words, "nothing");
  return count;
}

function details(title: string, body: Node, open = false): HTMLElement {
  const found = document.createElement("details");
  found.open = open;
  const summary = document.createElement("summary");
  summary.textContent = title;
  found.append(summary, body);
  return found;
}

function heading(scope: Scope, data: Case, words: Words): Node {
  const found = document.createElement("h3");
  if (scope.element === data.process) found.hidden = true;
  found.textContent = say(words, "scope", { element: data.names[scope.element] ?? scope.element });
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

function description(old: Variable | undefined, now: Variable, differs: boolean, words: Words, load: LoadValue): HTMLElement {
  const found = document.createElement("dd");
  if (!differs) found.append(shown(now, words, load));
  else {
    if (old) {
      const gone = document.createElement("del");
      gone.append(shown(old, words, load));
      found.append(gone, " ");
    }
    const fresh = document.createElement("ins");
    fresh.append(shown(now, words, load));
    found.append(fresh);
  }
  return found;
}

/** A value to be read; one that was left out as a button that brings it. */
function shown(variable: Variable, words: Words, load: LoadValue): Node {
  const size = left(variable.value);
  if (size === undefined) return drawn(variable.value, words);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "bh-more";
  const rows = isPlain(variable.value) ? variable.value["rows"] : null;
  button.textContent = typeof rows === "number" ? say(words, "large-rows", { count: rows }) : say(words, "large", { size });
  button.addEventListener("click", () => {
    load(variable.fact).then(
      (value) => button.replaceWith(drawn(value, words, true)),
      () => (button.textContent = say(words, "value-failed")),
    );
  });
  return button;
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
export function drawn(value: Json, words: Words, open = false): Node {
  if (Array.isArray(value) && value.some(nested)) return folded(value, words, open);
  if (isPlain(value) && !tagged(value)) return pairs(value, words);
  return document.createTextNode(text(value, words));
}

function nested(item: Json): boolean {
  return Array.isArray(item) ? item.some((inner) => typeof inner === "object" && inner !== null) : isPlain(item) && !tagged(item);
}

function folded(items: Json[], words: Words, open: boolean): Node {
  const list = document.createElement("ol");
  for (const item of items) {
    const row = document.createElement("li");
    row.append(drawn(item, words));
    list.append(row);
  }
  return details(say(words, "rows", { count: items.length }), list, open);
}

function pairs(value: { [key: string]: Json }, words: Words): Node {
  const list = document.createElement("dl");
  list.className = "bh-kv small";
  for (const [key, inner] of Object.entries(value)) {
    const name = document.createElement("dt");
    name.textContent = key;
    const body = document.createElement("dd");
    body.append(drawn(inner, words));
    list.append(name, body);
  }
  return list;
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
