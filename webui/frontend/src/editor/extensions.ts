// Reads and writes our extension elements through the command stack, so that each change is one step of undo.
import type { Element as Shape } from "diagram-js/lib/model/Types";
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import moddle from "../../../../engine/bpmn/bihuan.moddle.json";

export type Described = { name: string; meta: { allowedIn: string[]; many: boolean }; properties: { name: string }[] };
/** The one description of our extensions, which the server checks by. */
export const TYPES = (moddle as { types: Described[] }).types;
export { moddle };

/* eslint-disable @typescript-eslint/no-explicit-any */
export type Moddle = any;
export type Injector = { get(name: string): any };

/** What carries the extensions of a shape: of a pool, or of the ground around the only pool, its process. */
export function carrier(element: Shape): Moddle {
  const bo = getBusinessObject(element) as Moddle;
  if (is(element, "bpmn:Collaboration")) return bo.participants?.find((one: Moddle) => one.processRef)?.processRef;
  return is(element, "bpmn:Participant") ? bo.processRef : bo;
}

/** The multi-instance part of an activity, where it has one. */
export function loopOf(element: Shape): Moddle | undefined {
  const loop = (getBusinessObject(element) as Moddle).loopCharacteristics;
  return loop && is(loop, "bpmn:MultiInstanceLoopCharacteristics") ? loop : undefined;
}

export function all(bo: Moddle, type: string): Moddle[] {
  const values: Moddle[] = bo?.get("extensionElements")?.get("values") ?? [];
  return values.filter((one) => one.$type === `bihuan:${type}`);
}

type Step = { cmd: string; context: object };
const change = (element: Shape, moddleElement: Moddle, properties: object): Step => ({
  cmd: "element.updateModdleProperties",
  context: { element, moddleElement, properties },
});

function run(injector: Injector, steps: Step[]): void {
  if (steps.length) injector.get("commandStack").execute("properties-panel.multi-command-executor", steps);
}

/** Sets one attribute of the single extension of a type; an extension that says nothing any more goes. */
export function setAttribute(injector: Injector, element: Shape, bo: Moddle, type: string, name: string, value: string | undefined): void {
  const found = all(bo, type)[0];
  if (!found) {
    if (value !== undefined) add(injector, element, bo, type, { [name]: value });
    return;
  }
  const described = TYPES.find((one) => one.name === type)!;
  const empty = described.properties.every((one) => (one.name === name ? value === undefined : found.get(one.name) === undefined));
  if (empty) remove(injector, element, bo, found);
  else run(injector, [change(element, found, { [name]: value })]);
}

/** Sets one attribute of one of many extensions. */
export function setOne(injector: Injector, element: Shape, extension: Moddle, name: string, value: string | undefined): void {
  run(injector, [change(element, extension, { [name]: value })]);
}

export function add(injector: Injector, element: Shape, bo: Moddle, type: string, attributes: Record<string, string>): void {
  const factory = injector.get("bpmnFactory");
  const steps: Step[] = [];
  let holder = bo.get("extensionElements");
  if (!holder) {
    holder = factory.create("bpmn:ExtensionElements", { values: [] });
    holder.$parent = bo;
    steps.push(change(element, bo, { extensionElements: holder }));
  }
  const made = factory.create(`bihuan:${type}`, attributes);
  made.$parent = holder;
  steps.push(change(element, holder, { values: [...holder.get("values"), made] }));
  run(injector, steps);
}

export function remove(injector: Injector, element: Shape, bo: Moddle, extension: Moddle): void {
  const holder = bo.get("extensionElements");
  const left = holder.get("values").filter((one: Moddle) => one !== extension);
  run(injector, [left.length ? change(element, holder, { values: left }) : change(element, bo, { extensionElements: undefined })]);
}

/** Sets a property of BPMN itself. */
export function setProperty(injector: Injector, element: Shape, bo: Moddle, properties: object): void {
  run(injector, [change(element, bo, properties)]);
}
