// Draws the diagram and paints a state on it: only what differs from the state painted before; moves tokens along flows.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type EventBus from "diagram-js/lib/core/EventBus";
import type Overlays from "diagram-js/lib/features/overlays/Overlays";
import { leaveWheelToPage } from "../wheel";
import { elementOf, type Fact, type State } from "./timeline";

const SVG = "http://www.w3.org/2000/svg";
type Badge = { overlay: string; shown: HTMLElement };

export class Picture {
  private readonly viewer: NavigatedViewer;
  private painted = new Map<string, Set<string>>();
  private badges = new Map<string, Badge>();
  /** The scale at which the whole diagram is in sight. */
  private whole = 1;

  constructor(private readonly host: HTMLElement) {
    leaveWheelToPage(host);
    this.viewer = new NavigatedViewer({ container: host });
  }

  async draw(xml: string): Promise<void> {
    await this.viewer.importXML(xml);
    this.fit();
  }

  fit(): void {
    this.canvas.zoom("fit-viewport", { x: 0, y: 0 });
    this.whole = this.canvas.zoom();
  }

  zoom(factor: number): void {
    this.canvas.zoom(this.canvas.zoom() * factor);
  }

  /** Calls *act* with the id of the element that somebody clicks. */
  onClick(act: (element: string) => void): void {
    this.viewer.get<EventBus>("eventBus").on("element.click", (event: any) => {
      if (event.element?.id && event.element !== this.canvas.getRootElement()) act(event.element.labelTarget?.id ?? event.element.id);
    });
  }

  /** Puts a link on a call activity: to the case that it called, or to the list of them where it called several. */
  link(calls: Map<string, [title: string, url: string][]>): void {
    for (const [id, all] of calls) {
      const called = all.filter(([, url]) => url);
      if (!called.length || !this.registry.get(id)) continue;
      const link = document.createElement("a");
      link.className = "bh-call";
      link.href = called.length === 1 ? called[0]![1] : "#called";
      link.textContent = called.length === 1 ? "↗" : `↗ ${called.length}`;
      link.title = called.map(([title]) => title).join("\n");
      link.setAttribute("aria-label", called.length === 1 ? called[0]![0] : `↗ ${called.length}`);
      link.addEventListener("click", () => document.querySelector<HTMLDetailsElement>("details#called")?.setAttribute("open", ""));
      this.overlays.add(id, "call", { position: { bottom: 8, right: 26 }, html: link });
    }
  }

  /** Paints *state*; *facts* are those of the entry that led to it. */
  paint(state: State, facts: Fact[]): void {
    const standing = state.standing();
    const active = new Set(state.tokens.values());
    const fresh = new Set<string>();
    for (const fact of facts) {
      const element = elementOf(fact);
      if (element) fresh.add(element);
    }
    this.mark("done", new Set([...state.done.keys()].filter((id) => !active.has(id))));
    this.mark("now", active);
    this.mark("cancelled", new Set([...state.cancelled].filter((id) => !active.has(id))));
    this.mark("incident", new Set(state.incidents.values()));
    this.mark("taken", new Set(state.flows.keys()));
    this.mark("fresh", fresh);
    this.count(standing);
    this.follow(facts);
  }

  private mark(kind: string, wanted: Set<string>): void {
    const before = this.painted.get(kind) ?? new Set();
    const marker = `bh-${kind}`;
    // An element or flow without a drawing of its own has no place to paint; it stands in the list.
    for (const id of before) if (!wanted.has(id) && this.registry.get(id)) this.canvas.removeMarker(id, marker);
    for (const id of wanted) if (!before.has(id) && this.registry.get(id)) this.canvas.addMarker(id, marker);
    this.painted.set(kind, wanted);
  }

  /** A badge with the number of tokens; its text changes in place. */
  private count(standing: Map<string, number>): void {
    for (const [id, badge] of this.badges) {
      if (standing.has(id)) continue;
      this.overlays.remove(badge.overlay);
      this.badges.delete(id);
    }
    for (const [id, number] of standing) {
      const text = number > 1 ? `●×${number}` : "●";
      const badge = this.badges.get(id);
      if (badge) badge.shown.textContent = text;
      else if (this.registry.get(id)) this.badge(id, text);
    }
  }

  private badge(id: string, text: string): void {
    const shown = document.createElement("span");
    shown.className = "bh-token";
    shown.textContent = text;
    this.badges.set(id, { overlay: this.overlays.add(id, "token", { position: { top: -10, left: -6 }, html: shown }), shown });
  }

  /** Shows where the entry happened: the plane of its sub-process, and its place in a diagram that is zoomed in. */
  private follow(facts: Fact[]): void {
    for (let number = facts.length - 1; number >= 0; number--) {
      const element = this.registry.get(elementOf(facts[number]!) ?? "");
      if (!element) continue;
      this.show(element.id);
      return;
    }
  }

  private show(id: string): void {
    const root = this.canvas.findRoot(id);
    if (root && root !== this.canvas.getRootElement()) {
      this.canvas.setRootElement(root);
      this.fit();
    }
    if (this.canvas.zoom() > this.whole * 1.05) this.canvas.scrollToElement(id, 60);
  }

  /** Moves a token along a sequence flow; at once where the diagram has no such line, or nobody wants motion. */
  move(flow: string, milliseconds: number): Promise<void> {
    if (!this.registry.get(flow) || matchMedia("(prefers-reduced-motion: reduce)").matches) return Promise.resolve();
    this.show(flow);
    // Not ".djs-visual path": that would find the arrow's head among the definitions.
    const path = this.canvas.getGraphics(flow).querySelector<SVGPathElement>(".djs-visual > path");
    if (!path) return Promise.resolve();
    const token = document.createElementNS(SVG, "circle");
    token.setAttribute("r", "8");
    token.setAttribute("class", "bh-moving");
    this.canvas.getLayer("replay", 5).appendChild(token);
    const length = path.getTotalLength();
    return new Promise((arrived) => {
      let begun = 0;
      const step = (now: number): void => {
        begun ||= now;
        const part = Math.min(1, (now - begun) / milliseconds);
        const place = path.getPointAtLength(length * part);
        token.setAttribute("cx", String(place.x));
        token.setAttribute("cy", String(place.y));
        if (part < 1) requestAnimationFrame(step);
        else {
          token.remove();
          arrived();
        }
      };
      requestAnimationFrame(step);
    });
  }

  private get canvas(): Canvas {
    return this.viewer.get<Canvas>("canvas");
  }

  private get registry(): ElementRegistry {
    return this.viewer.get<ElementRegistry>("elementRegistry");
  }

  private get overlays(): Overlays {
    return this.viewer.get<Overlays>("overlays");
  }
}
