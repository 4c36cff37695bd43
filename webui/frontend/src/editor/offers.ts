// What palette and menus offer: only what the platform executes, with a task for people where the library has a bare one.
import type { Element as Shape } from "diagram-js/lib/model/Types";
import { w } from "./data";

/* eslint-disable @typescript-eslint/no-explicit-any */
type Entries = Record<string, any>;
type Options = { type: string; eventDefinitionType?: string };
const TASK: Options = { type: "bpmn:UserTask" };
const WAIT: Options = { type: "bpmn:IntermediateCatchEvent", eventDefinitionType: "bpmn:TimerEventDefinition" };

/** Names of the replace menu's entries that lead to something that runs. */
const RUNS = new Set(
  [
    "task", "user-task", "service-task", "manual-task", "rule-task", "script-task", "call-activity", "collapsed-subprocess", "expanded-subprocess",
    "subprocess", "exclusive-gateway", "parallel-gateway", "inclusive-gateway", "none-start", "none-end", "timer-intermediate-catch", "timer-boundary",
    "error-boundary", "non-interrupting-timer-boundary", "receive-task", "message-intermediate-catch", "message-intermediate-throw", "message-end", "message-boundary",
    "non-interrupting-message-boundary", "error-end", "terminate-end", "sequence-flow", "default-flow", "conditional-flow",
  ].map((name) => `replace-with-${name}`),
);
const MARKERS = new Set(["toggle-parallel-mi", "toggle-sequential-mi", "toggle-non-interrupting"]);
const UNKNOWN = [
  "create.data-object", "create.data-store", "append.receive-task", "append.message-intermediate-event",
  "append.condition-intermediate-event", "append.signal-intermediate-event", "append.compensation-activity",
];

/** What is appended seldom stands in a menu of its own: beside a step it would lie over the step's neighbours. */
const SELDOM = ["append.end-event", "append.intermediate-event", "append.text-annotation"];
const APPEND = "bihuan-append";

export class Offers {
  /** What the menu of the chosen element holds. */
  private seldom: Entries = {};

  static $inject = ["palette", "contextPad", "popupMenu", "elementFactory", "create", "autoPlace", "translate"];
  constructor(
    palette: any, pad: any, private menu: any, private factory: any, private creating: any, private places: any, private translate: (text: string) => string,
  ) {
    palette.registerProvider(500, this);
    pad.registerProvider(500, this);
    menu.registerProvider("bpmn-replace", 500, this);
    menu.registerProvider(APPEND, { getPopupMenuEntries: (element: Shape) => this.inMenu(element) });
  }

  getPaletteEntries(): (entries: Entries) => Entries {
    return (entries) => {
      const begin = (options: Options) => (event: Event) => this.creating.start(event, this.factory.createShape(options));
      this.change(entries, "create.task", "bpmn-icon-user-task", "User task", { click: begin(TASK), dragstart: begin(TASK) });
      this.change(entries, "create.intermediate-event", "bpmn-icon-intermediate-event-catch-timer", "Timer intermediate catch event", {
        click: begin(WAIT), dragstart: begin(WAIT),
      });
      return this.without(entries);
    };
  }

  getContextPadEntries(): (entries: Entries) => Entries {
    return (entries) => {
      const actions = (options: Options): object => ({
        click: (_: Event, element: Shape) => this.places.append(element, this.factory.createShape(options)),
        dragstart: (event: Event, element: Shape) => this.creating.start(event, this.factory.createShape(options), { source: element }),
      });
      this.change(entries, "append.append-task", "bpmn-icon-user-task", "User task", actions(TASK));
      this.change(entries, "append.intermediate-event", "bpmn-icon-intermediate-event-catch-timer", "Timer intermediate catch event", actions(WAIT));
      return this.folded(this.without(entries));
    };
  }

  getPopupMenuEntries(): (entries: Entries) => Entries {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => RUNS.has(name)));
  }

  getPopupMenuHeaderEntries(): (entries: Entries) => Entries {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => MARKERS.has(name)));
  }

  private folded(entries: Entries): Entries {
    this.seldom = Object.fromEntries(Object.entries(entries).filter(([name]) => SELDOM.includes(name)));
    if (Object.keys(this.seldom).length < 2) return entries;
    const often = Object.entries(entries).filter(([name]) => !SELDOM.includes(name));
    const open = ({ x, y }: MouseEvent, element: Shape): void => this.menu.open(element, APPEND, { x, y, cursor: { x, y } }, { title: w("append.more") });
    return { ...Object.fromEntries(often), "append.more": { group: "model", className: "bh-more", title: w("append.more"), action: { click: open } } };
  }

  private inMenu(element: Shape): Entries {
    const bound = (work: any) => (event: Event) => {
      this.menu.close();
      work(event, element);
    };
    return Object.fromEntries(Object.entries(this.seldom).map(([name, { className, title, action }]) => [
      name, { className, label: title, action: { click: bound(action.click), dragstart: bound(action.dragstart) } },
    ]));
  }

  private change(entries: Entries, name: string, className: string, title: string, action: object): void {
    if (entries[name]) entries[name] = { ...entries[name], className, title: this.translate(title), action };
  }

  private without(entries: Entries): Entries {
    for (const name of UNKNOWN) delete entries[name];
    return entries;
  }
}

export default { __init__: ["bihuanOffers"], bihuanOffers: ["type", Offers] };
