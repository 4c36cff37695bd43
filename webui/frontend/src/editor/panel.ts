// Our part of the properties panel: what the moddle description allows at an element, in groups that an owner knows.
import { Group, ListGroup } from "@bpmn-io/properties-panel";
import type { Element as Shape } from "diagram-js/lib/model/Types";
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { w } from "./data";
import { add, all, carrier, loopOf, remove, setAttribute, setOne, setProperty, TYPES, type Described, type Injector, type Moddle } from "./extensions";
import { calledAddress, COMPONENTS, EDITED, isMade, type Access, type Entry, type Option } from "./fields";
import { names } from "./files";
import { sight } from "./findings";

type Kind = keyof typeof COMPONENTS;
type PanelGroup = { id: string; label: string; component: unknown; entries?: Entry[]; items?: unknown[]; add?: (event: Event) => void; shouldOpen?: boolean };

const plain = (values: string[]): Option[] => values.map((value) => ({ value, label: value }));
const roles = (): Option[] => Object.entries(sight.roles).map(([value, name]) => ({ value, label: `${name} (${value})` }));
/** Attributes that are chosen from a list. */
const CHOICES: Record<string, () => Option[]> = {
  "Assignment.role": roles,
  "Form.key": () => sight.forms.map((value) => ({ value, label: formTitle(value) })),
  "Letter.template": () => plain(sight.letters),
  "Decision.ref": () => plain(sight.decisions),
  "Service.kind": () => sight.services.map((value) => ({ value, label: w(`panel.service.${value}`) })),
  "Outcome.style": () => ["primary", "danger"].map((value) => ({ value, label: w(`panel.style.${value}`) })),
};
/** A form is known by the step that uses it. */
function formTitle(key: string): string {
  const step = sight.users[`forms/${key}.json`];
  if (!step || step === key) return key;
  return isMade(key) ? step : `${step} (${key})`;
}

/** What holds where nothing is chosen: the form that is called after the step itself. */
const EMPTY: Record<string, Entry["empty"]> = {
  "Form.key": (element) => (names("form").includes(`forms/${element.id}.json`) ? { value: element.id, label: formTitle(element.id) } : undefined),
};
/** Attributes that are names or words and never expressions. */
const WORDS = new Set([
  "Start.roles", "Result.name", "Outcome.name", "Outcome.label", "Outcome.requires", "Fact.name", "Input.name", "Output.name",
  "Collection.item", "Collection.output", "Script.result", "Decision.result",
]);
/** Of those that stand together, what hardly a step does without comes first, in sight without scrolling. */
const FIRST = ["bihuan-assignment-role", "bihuan-form-key", "bihuan-open-form"];
/** Extensions that stand together under one heading. */
const TOGETHER = ["Assignment", "Form", "Title", "Deadline", "Reminder"];
const FILES: Record<string, string> = { Form: "form", Letter: "letter", Decision: "decision" };
const NAMES = ["name", "label"];
const KEY = "Correlation";
/** What an event has only where it waits for a message. */
const OF_MESSAGES = new Set([KEY, "Input", "Output"]);

export class Provider {
  static $inject = ["propertiesPanel", "injector"];
  constructor(panel: { registerProvider(priority: number, provider: Provider): void }, private injector: Injector) {
    panel.registerProvider(500, this);
  }

  getGroups(element: Shape): (groups: PanelGroup[]) => PanelGroup[] {
    return (groups) => {
      const ours = [...this.together(element), ...this.single(element), ...this.many(element), ...this.bpmn(element)];
      const place = groups.findIndex((group) => group.id === "general") + 1;
      return [...groups.slice(0, place), ...ours, ...this.withKey(element, groups.slice(place))];
    };
  }

  private allowed(element: Shape): Described[] {
    const bo = carrier(element);
    const silent = bo && is(bo, "bpmn:Event") && !hears(bo);
    return TYPES.filter((type) => type.meta.allowedIn.some((place) => bo && is(bo, place)) && !(silent && OF_MESSAGES.has(type.name)));
  }

  /** The library's group for the message, with the key by which messages of its name are told apart. */
  private withKey(element: Shape, groups: PanelGroup[]): PanelGroup[] {
    const type = this.allowed(element).find((one) => one.name === KEY);
    if (!type) return groups;
    const entries = this.entries(type, carrier);
    // The library has no such group for a send task, which comes from other products' files only.
    if (!groups.some((group) => group.id === "message")) return [this.group("correlation", w("panel.group.correlation"), entries), ...groups];
    return groups.map((group) => (group.id === "message" ? { ...group, entries: [...(group.entries ?? []), ...entries], shouldOpen: true } : group));
  }

  private together(element: Shape): PanelGroup[] {
    const types = TOGETHER.map((name) => this.allowed(element).find((type) => type.name === name)).filter((type) => type !== undefined);
    if (types.length === 0) return [];
    const label = types.length > 1 ? "group.task" : "group.form";
    const entries = types.flatMap((type) => this.entries(type, carrier, types.length > 1));
    const first = FIRST.flatMap((id) => entries.filter((entry) => entry.id === id));
    return [this.group("task", w(`panel.${label}`), [...first, ...entries.filter((entry) => !first.includes(entry))])];
  }

  private single(element: Shape): PanelGroup[] {
    const found = this.allowed(element)
      .filter((type) => !type.meta.many && !TOGETHER.includes(type.name) && type.name !== KEY)
      .map((type) => this.group(type.name.toLowerCase(), w(`panel.group.${lower(type.name)}`), this.entries(type, carrier)));
    const loop = TYPES.find((type) => type.name === "Collection")!;
    if (loopOf(element)) found.push(this.group("collection", w("panel.group.collection"), this.entries(loop, loopOf)));
    return found;
  }

  private many(element: Shape): PanelGroup[] {
    const bo = carrier(element);
    return this.allowed(element)
      .filter((type) => type.meta.many)
      .map((type) => ({
        id: `bihuan-${lower(type.name)}`, label: w(`panel.group.${lower(type.name)}`), component: ListGroup,
        items: all(bo, type.name).map((one, index) => this.item(element, bo, type, one, index)),
        add: (event: Event) => {
          event.stopPropagation();
          add(this.injector, element, bo, type.name, { name: `${lower(type.name)}_${all(bo, type.name).length + 1}` });
        },
      }));
  }

  private item(element: Shape, bo: Moddle, type: Described, one: Moddle, index: number): object {
    const id = `bihuan-${lower(type.name)}-${element.id}-${index}`;
    return {
      id, label: one.get(NAMES.find((name) => name !== "name" && one.get(name)) ?? "name") || "…",
      entries: type.properties.map((attribute) =>
        this.entry(type, attribute.name, `${id}-${attribute.name}`, () => ({
          get: () => one.get(attribute.name) ?? "",
          set: (value) => setOne(this.injector, element, one, attribute.name, value),
        })),
      ),
      autoFocusEntry: `${id}-name`,
      remove: (event: Event) => {
        event.stopPropagation();
        remove(this.injector, element, bo, one);
      },
    };
  }

  /** The entries of an extension that stands once. */
  private entries(type: Described, of: (element: Shape) => Moddle | undefined, prefixed = false): Entry[] {
    const found = type.properties.map((attribute) => {
      const entry = this.entry(type, attribute.name, `bihuan-${lower(type.name)}-${attribute.name}`, (element) => ({
        get: () => all(of(element), type.name)[0]?.get(attribute.name) ?? "",
        set: (value) => setAttribute(this.injector, element, of(element), type.name, attribute.name, value),
      }));
      if (prefixed && type.properties.length === 1) entry.label = w(`panel.group.${lower(type.name)}`);
      return entry;
    });
    const kind = FILES[type.name];
    if (kind) {
      const attribute = type.properties[0]!.name;
      const key = (element: Shape): string => all(of(element), type.name)[0]?.get(attribute) ?? (kind === "form" ? element.id : "");
      found.splice(1, 0, { id: `bihuan-open-${kind}`, label: "", component: COMPONENTS.file, isEdited: EDITED.file, access: none, kind, fileKey: key });
    }
    return found;
  }

  private entry(type: Described, attribute: string, id: string, access: Entry["access"]): Entry {
    const name = `${type.name}.${attribute}`;
    const kind: Kind = CHOICES[name] ? "select" : WORDS.has(name) ? "text" : name === "Outcome.effect" ? "area" : "feel";
    return {
      id, label: w(`panel.${lower(type.name)}.${attribute}`), component: COMPONENTS[kind], isEdited: EDITED[kind], access,
      ...(CHOICES[name] ? { options: CHOICES[name] } : {}), ...(EMPTY[name] ? { empty: EMPTY[name] } : {}), ...(kind === "feel" ? { feel: "optional" as const } : {}),
    };
  }

  /** What BPMN itself says and its own panel does not offer: conditions, called processes, scripts. */
  private bpmn(element: Shape): PanelGroup[] {
    const bo = getBusinessObject(element) as Moddle;
    const found: PanelGroup[] = [];
    if (is(element, "bpmn:SequenceFlow") && conditional(bo.sourceRef)) {
      found.push(this.group("condition", w("panel.group.condition"), this.way()));
    }
    if (isAny(element, ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"]) && bo.get("outgoing").length > 1) {
      found.push(this.group("default", w("panel.group.default"), [this.defaultFlow()]));
    }
    if (is(element, "bpmn:CallActivity")) found.push(this.group("called", w("panel.group.called"), this.called()));
    if (is(element, "bpmn:ScriptTask")) {
      const script = found.length === 0 ? this.feelEntry("script-text", "script.text", (one) => this.property(one, "script")) : null;
      if (script) found.push(this.group("script-text", w("panel.script.text"), [script]));
    }
    return found;
  }

  private way(): Entry[] {
    const access = (element: Shape): Access => this.isDefault(element);
    return [
      { id: "bihuan-condition-answer", label: w("panel.condition.answer"), hint: w("panel.condition.hint"), component: COMPONENTS.answer, isEdited: EDITED.answer, access: (one) => this.condition(one) },
      this.feelEntry("condition-text", "condition.text", (one) => this.condition(one)),
      { id: "bihuan-default", label: w("panel.condition.default"), component: COMPONENTS.tick, isEdited: EDITED.tick, access },
    ];
  }

  /** The way that is taken when no condition holds; it has none itself. */
  private isDefault(element: Shape): Access {
    const bo = getBusinessObject(element) as Moddle;
    return {
      get: () => (bo.sourceRef?.get("default") === bo ? "yes" : ""),
      set: (value) => this.setDefault((element as Shape & { source: Shape }).source, value ? element : undefined),
    };
  }

  private setDefault(source: Shape, flow: Shape | undefined): void {
    const bo = flow && (getBusinessObject(flow) as Moddle);
    this.injector.get("modeling").updateProperties(source, { default: bo });
    if (bo?.get("conditionExpression")) setProperty(this.injector, flow!, bo, { conditionExpression: undefined });
  }

  /** The same, chosen at the gateway among the ways out of it. */
  private defaultFlow(): Entry {
    const access = (element: Shape): Access => ({
      get: () => (getBusinessObject(element) as Moddle).get("default")?.id ?? "",
      set: (value) => this.setDefault(element, element.outgoing.find((one) => one.id === value)),
    });
    const options = (element: Shape): Option[] => element.outgoing.map((one) => ({ value: one.id, label: sight.called[one.id] ?? one.id }));
    return { id: "bihuan-default-flow", label: w("panel.default.flow"), component: COMPONENTS.select, isEdited: EDITED.select, access, options };
  }

  private feelEntry(id: string, label: string, access: Entry["access"]): Entry {
    return { id: `bihuan-${id}`, label: w(`panel.${label}`), component: COMPONENTS.feel, isEdited: EDITED.feel, access, bare: true };
  }

  private called(): Entry[] {
    const access = (element: Shape): Access => this.property(element, "calledElement");
    const options = (): Option[] => Object.entries(sight.processes).map(([value, title]) => ({ value, label: `${title} (${value})` }));
    const href = (element: Shape): string => (access(element).get() ? calledAddress(access(element).get()) : "");
    return [
      { id: "bihuan-called", label: w("panel.called.element"), component: COMPONENTS.select, isEdited: EDITED.select, access, options },
      { id: "bihuan-called-open", label: w("open-called"), component: COMPONENTS.link, isEdited: EDITED.link, access, href },
    ];
  }

  private property(element: Shape, name: string): Access {
    const bo = getBusinessObject(element) as Moddle;
    return { get: () => bo.get(name) ?? "", set: (value) => setProperty(this.injector, element, bo, { [name]: value }) };
  }

  private condition(element: Shape): Access {
    const bo = getBusinessObject(element) as Moddle;
    return {
      get: () => bo.get("conditionExpression")?.get("body") ?? "",
      set: (value) => {
        const made = value === undefined ? undefined : this.injector.get("bpmnFactory").create("bpmn:FormalExpression", { body: value });
        if (made) made.$parent = bo;
        setProperty(this.injector, element, bo, { conditionExpression: made });
      },
    };
  }

  private group(id: string, label: string, entries: Entry[]): PanelGroup {
    return { id: `bihuan-${id}`, label, component: Group, entries, shouldOpen: ["task", "condition", "called", "default"].includes(id) };
  }
}

const none = (): Access => ({ get: () => "", set: () => {} });
const lower = (name: string): string => name[0]!.toLowerCase() + name.slice(1);
const hears = (bo: Moddle): boolean => (bo.get("eventDefinitions") ?? []).some((one: Moddle) => is(one, "bpmn:MessageEventDefinition"));
const conditional = (source: Moddle): boolean => is(source, "bpmn:ExclusiveGateway") || is(source, "bpmn:InclusiveGateway") || is(source, "bpmn:Activity");

export default { __init__: ["bihuanProvider"], bihuanProvider: ["type", Provider] };
