// The entries of the panel: made once, here, since an entry that is made anew loses what is being typed into it.
import { CheckboxEntry, FeelEntry, isCheckboxEntryEdited, SelectEntry, TextFieldEntry, TextAreaEntry, isFeelEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited } from "@bpmn-io/properties-panel";
import { h } from "@bpmn-io/properties-panel/preact";
import { useService } from "bpmn-js-properties-panel";
import type { Element as Shape } from "diagram-js/lib/model/Types";
import { deciding } from "./answer-controls";
import { fieldOf, read, written, type Field } from "./answers";
import { about, addressOf, data, post, w, type Variable } from "./data";
import { create, KINDS, names as filesOf } from "./files";
import { remember, sight } from "./findings";

export type Access = { get(): string; set(value: string | undefined): void };
export type Option = { value: string; label: string };
/** One entry: what it shows and how it reads and writes; passed to its component as properties. */
export type Entry = {
  id: string;
  label: string;
  component: (props: Props) => unknown;
  isEdited: (node: unknown) => boolean;
  access: (element: Shape) => Access;
  hint?: string;
  options?: (element: Shape) => Option[];
  /** What holds where nothing is chosen; it stands in the list once. */
  empty?: (element: Shape) => Option | undefined;
  /** FEEL that is written without its sign. */
  bare?: boolean;
  /** A text that may be FEEL, or FEEL in any case. */
  feel?: "optional" | "required";
  kind?: string;
  fileKey?: (element: Shape) => string;
  href?: (element: Shape) => string;
};
type Props = Entry & { element: Shape };

function common(props: Props): object {
  const debounce = useService("debounceInput");
  const access = props.access(props.element);
  return {
    element: props.element, id: props.id, label: props.label, debounce, description: props.hint,
    getValue: () => access.get(),
    setValue: (value: string | undefined) => access.set(value === "" || value === undefined ? undefined : String(value)),
  };
}

const text = (props: Props): unknown => TextFieldEntry(common(props));
const area = (props: Props): unknown => TextAreaEntry({ ...common(props), autoResize: true, rows: 2 });

function select(props: Props): unknown {
  const access = props.access(props.element);
  const holds = props.empty?.(props.element);
  const listed = props.options!(props.element).filter((one) => one.value !== holds?.value);
  const now = access.get() === holds?.value ? "" : access.get();
  const options = [{ value: "", label: holds?.label ?? w("panel.none") }, ...listed];
  if (now && !listed.some((one) => one.value === now)) options.push({ value: now, label: now });
  return SelectEntry({ ...common(props), getValue: () => now, getOptions: () => options });
}

const errors: Record<string, string> = {};
const asked: Record<string, number> = {};

/** What the server says about an expression appears below it a moment after typing. */
async function judge(id: string, text: string, bus: { fire(event: string, payload: object): void }): Promise<void> {
  const mine = (asked[id] = (asked[id] ?? 0) + 1);
  const reply = text ? await post("expression", { text }) : null;
  if (asked[id] !== mine || (reply && !reply.ok)) return;
  const error = reply ? ((await reply.json()) as { error: string }).error : "";
  if (error) errors[id] = error;
  else delete errors[id];
  bus.fire("propertiesPanel.setErrors", { errors: { ...errors } });
}

function feel(props: Props): unknown {
  const bus = useService("eventBus");
  const access = props.access(props.element);
  const marked = (value: string): string => (props.bare && value ? `=${value.replace(/^=/, "")}` : value);
  return FeelEntry({
    ...common(props),
    feel: props.bare ? "required" : (props.feel ?? "optional"),
    getValue: () => marked(access.get()),
    setValue: (value: string | undefined) => {
      const written = value === undefined || value === "" || value === "=" ? undefined : value;
      access.set(props.bare && written ? written.replace(/^=/, "") || undefined : written);
      void judge(props.id, written?.startsWith("=") ? written.slice(1) : "", bus);
    },
    variables: variables(props.element.id),
  });
}

/** The names that an expression may use here, for completion. */
function variables(element: string): object[] {
  // The same list as long as it says the same: a new one would close the completion that stands open.
  const known = JSON.stringify([element, sight.names.at[element], sight.names.everywhere]);
  if (remembered.known !== known) remembered = { known, found: listVariables(element) };
  return remembered.found;
}

let remembered: { known: string; found: object[] } = { known: "", found: [] };

function listVariables(element: string): object[] {
  const listed: Variable[] = [...(sight.names.at[element] ?? []), ...sight.names.everywhere];
  return listed.filter((one) => !one.name.includes(".")).map((one) => ({ name: one.name, detail: about(one), ...nested(one.name, listed) }));
}

function nested(name: string, listed: Variable[]): object {
  const inner = listed.filter((one) => one.name.startsWith(`${name}.`));
  return inner.length ? { entries: inner.map((one) => ({ name: one.name.slice(name.length + 1), detail: about(one) })) } : {};
}

/** Leads to the file that the element names, or begins it. */
function file(props: Props): unknown {
  const key = props.fileKey!(props.element);
  const kind = props.kind!;
  if (!key || key.startsWith("=")) return null;
  const name = `${KINDS[kind]!.folder}${key}${KINDS[kind]!.ending}`;
  const exists = filesOf(kind).includes(name);
  const inside = exists
    ? h("a", { href: addressOf(name), class: "btn btn-sm btn-outline-primary bh-open-file", "data-open": name }, w(`open.${kind}`))
    : h("button", { type: "button", class: "btn btn-sm btn-outline-secondary", "data-new": name, onClick: () => begin(props.element, kind, key) }, w(`add.title.${kind}`), ` ${calledBy(props.element, key)}`);
  return h("div", { class: "bio-properties-panel-entry", "data-entry-id": props.id }, inside);
}

function begin(element: Shape, kind: string, key: string): void {
  const step = (element as Shape & { businessObject?: { name?: string } }).businessObject?.name;
  if (step) remember(`${KINDS[kind]!.folder}${key}${KINDS[kind]!.ending}`, step);
  create(kind, key);
}

/** An id that the library made, which says nothing. */
export const isMade = (id: string): boolean => /^[A-Z][a-z]+_[0-9a-z]{7}$/.test(id);

/** Where an id says nothing, the step's name stands for it. */
function calledBy(element: Shape, key: string): string {
  const name = (element as Shape & { businessObject?: { name?: string } }).businessObject?.name;
  return key === element.id && isMade(key) ? (name ?? "") : key;
}

const tick = (props: Props): unknown => {
  const access = props.access(props.element);
  return CheckboxEntry({ ...common(props), getValue: () => access.get() !== "", setValue: (value: boolean | undefined) => access.set(value ? "yes" : undefined) });
};

function link(props: Props): unknown {
  const href = props.href!(props.element);
  if (!href) return null;
  return h("div", { class: "bio-properties-panel-entry", "data-entry-id": props.id }, h("a", { href, target: "_blank", rel: "noopener" }, props.label));
}

const decided = deciding(h as never);

/** A condition that is one answer of a form: chosen here, and written as the expression below. */
function answer(props: Props): unknown {
  const access = props.access(props.element);
  const fields = answersBefore(props.element);
  if (fields.length === 0) return null;
  const text = access.get();
  const now = text ? read(`=${text}`, fields) : undefined;
  return decided({
    id: props.id, label: props.label, hint: props.hint ?? "", fields, called: (one) => one.label!, first: [["", w("panel.condition.none")]], plain: "",
    now, more: text && !now ? w("form.when.expression") : undefined,
    set: (next) => access.set(written(next, fieldOf(next, fields)).slice(1)),
    choosePlain: () => access.set(undefined),
  });
}

/** The answers that are chosen from lists: of the steps before a flow, the nearest first, then all others. */
function answersBefore(flow: Shape): Field[] {
  const known = new Map(sight.names.everywhere.filter((one) => one.options.some(({ value }) => typeof value === "string")).map((one) => [one.name, one]));
  const near = stepsBefore(flow).flatMap((id) => sight.names.at[id] ?? []).map((one) => one.name);
  return [...new Set([...near, ...known.keys()])].flatMap((name) => {
    const one = known.get(name);
    return one ? [{ id: name, type: "select", key: name, label: one.label || name, values: one.options.map(({ value, label }) => ({ value: String(value), label })) }] : [];
  });
}

function stepsBefore(flow: Shape): string[] {
  const found = new Set<Shape>();
  const waiting = [(flow as Shape & { source?: Shape }).source];
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    if (found.has(step)) continue;
    found.add(step);
    waiting.push(...step.incoming.map((one) => one.source as Shape));
  }
  return [...found].map((one) => one.id);
}

export const COMPONENTS = { tick, text, area, select, answer, feel, file, link };
export const EDITED: Record<keyof typeof COMPONENTS, (node: unknown) => boolean> = {
  tick: isCheckboxEntryEdited, text: isTextFieldEntryEdited, area: isTextAreaEntryEdited, select: isSelectEntryEdited, answer: () => false, feel: isFeelEntryEdited, file: () => false, link: () => false,
};
export const calledAddress = (definition: string): string => data.base.replace(`/${data.definition}/`, `/${encodeURIComponent(definition)}/`);
