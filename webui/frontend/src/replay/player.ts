// Plays the record: one position for diagram, slider, list, data and entry; buttons, keys and clicks all move it.
import { Log, fullTime } from "./log";
import { Picture } from "./picture";
import { Timeline, type Head, type Json, type Part } from "./timeline";
import { showData } from "./values";
import { say, type Words } from "./words";

/** Where the pieces come from: a server, or the page itself. */
export type Source = {
  diagram(): Promise<string>;
  data(): Promise<{ head: Head; parts: AsyncIterable<Part> }>;
  /** One entry in full, as HTML that the product wrote. */
  entry(seq: number, signal: AbortSignal): Promise<string>;
  value(seq: number, number: number): Promise<Json>;
  /** Notes up to where somebody has looked. */
  visited?(seq: number): void;
};

/** Milliseconds that a token takes along a flow, and that an entry without one is shown, at ×1. */
const FLOW = 600;
const PAUSE = 700;
/** The longest that the flows of one entry take together. */
const LONGEST = 2400;

export class Player {
  timeline!: Timeline;
  /** The entry that is shown, from 0. */
  index = -1;
  playing = false;
  private picture!: Picture;
  private log?: Log;
  private readonly words: Words;
  private readonly slider: HTMLInputElement;
  private readonly speed: HTMLSelectElement;
  private fetching = new AbortController();
  private settled = 0;

  constructor(private readonly host: HTMLElement, private readonly source: Source) {
    this.words = JSON.parse(this.part("words").textContent!) as Words;
    this.slider = host.querySelector<HTMLInputElement>("input[type=range]")!;
    this.speed = host.querySelector<HTMLSelectElement>(".bh-transport select")!;
  }

  async open(start: number): Promise<void> {
    this.part("stage").hidden = false;
    this.picture = new Picture(this.host.querySelector<HTMLElement>(".bh-canvas")!);
    // The diagram is drawn while the entries are still on their way.
    const drawn = this.source.diagram().then((xml) => this.picture.draw(xml));
    const { head, parts } = await this.source.data();
    this.timeline = new Timeline(head);
    const first = Math.min(Math.max(start, 1), head.total) - 1;
    await Promise.all([this.read(parts), Promise.all([drawn, this.timeline.reached(first)]).then(() => this.begin(first, start))]);
    this.picture.link(this.timeline.calls());
  }

  /** Takes the entries as they come. */
  private async read(parts: AsyncIterable<Part>): Promise<void> {
    for await (const part of parts) {
      this.timeline.append(part);
      this.log?.fill();
    }
    if (this.timeline.come < this.timeline.length) throw new Error(`of ${this.timeline.length} entries ${this.timeline.come} came`);
  }

  /** The diagram and the entry to begin with are there; later entries may still be on their way. */
  private begin(first: number, start: number): void {
    this.log = new Log(this.part("log"), this.timeline.data, this.words, (index) => this.jump(index));
    this.slider.max = String(this.timeline.length);
    this.connect();
    this.go(first, this.part("panel").dataset["seq"] !== String(start));
    this.host.dataset["state"] = "drawn";
  }

  /** Shows entry *index*; *fetch* is false where the page has it in full already. */
  go(index: number, fetch = true): void {
    const length = this.timeline.length;
    this.index = Math.min(Math.max(index, 0), length - 1);
    this.slider.value = String(this.index + 1);
    if (this.index >= this.timeline.come) return this.later(this.index, fetch);
    const [first, last] = this.timeline.span(this.index);
    const facts = this.timeline.facts;
    const before = this.timeline.after(first);
    const state = before.copy();
    for (let number = first; number < last; number++) state.apply(facts[number]!, number);
    this.picture.paint(state, facts.slice(first, last));
    const [seq, at, who, behalf, headline] = this.timeline.data.entries[this.index]!;
    const position = say(this.words, "position", { seq, total: length });
    const people = this.timeline.data.people;
    const actor = people[who]! + (behalf >= 0 ? ` (${say(this.words, "for", { person: people[behalf] })})` : "");
    this.slider.setAttribute("aria-valuetext", `${position} · ${headline}`);
    this.part("position").textContent = `${seq} / ${length}`;
    this.log!.show(this.index);
    const changed = showData(this.part("data"), before, state, this.timeline.data, this.words, (fact) => this.value(fact));
    const told = `${position} · ${fullTime(at, this.timeline.data.zone)} · ${actor} · ${headline}`;
    this.settle(seq, fetch, changed ? `${told} · ${say(this.words, "changed", { count: changed })}` : told);
  }

  /** Shows an entry that has not come yet as soon as it does, unless somebody has gone elsewhere. */
  private later(index: number, fetch: boolean): void {
    void this.timeline.reached(index).then(() => this.index === index && this.go(index, fetch));
  }

  /** Goes to an entry because somebody asked for it; what was playing stops. */
  jump(index: number): void {
    this.pause();
    this.go(index);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else void this.play();
  }

  async play(): Promise<void> {
    if (this.index >= this.timeline.length - 1) this.go(0);
    this.showPlaying(true);
    while (this.playing && this.index < this.timeline.length - 1) {
      const next = this.index + 1;
      await this.timeline.reached(next);
      await this.travel(next);
      if (!this.playing || this.index !== next - 1) break;
      this.go(next);
    }
    this.showPlaying(false);
  }

  pause(): void {
    this.showPlaying(false);
  }

  /** Tokens move along the flows of an entry in the order in which they were taken. */
  private async travel(index: number): Promise<void> {
    const [first, last] = this.timeline.span(index);
    const flows = this.timeline.facts.slice(first, last).filter((fact) => fact[0] === "flow");
    const pace = 1 / Number(this.speed.value);
    await wait((flows.length ? PAUSE / 2 : PAUSE) * pace);
    for (const fact of flows) {
      if (!this.playing) return;
      await this.picture.move(fact[1], Math.min(FLOW, LONGEST / flows.length) * pace);
    }
  }

  private showPlaying(playing: boolean): void {
    this.playing = playing;
    const button = this.host.querySelector<HTMLButtonElement>("[data-do=play]")!;
    button.setAttribute("aria-label", say(this.words, playing ? "pause" : "play"));
    button.title = say(this.words, playing ? "pause" : "play");
    button.firstElementChild!.textContent = playing ? "❚❚" : "▶";
  }

  /** What costs a question to the server, or a listener's attention, waits until the position rests. */
  private settle(seq: number, fetch: boolean, told: string): void {
    clearTimeout(this.settled);
    this.fetching.abort();
    this.settled = window.setTimeout(() => {
      this.part("live").textContent = told;
      this.source.visited?.(seq);
      if (fetch) void this.load(seq);
    }, 150);
  }

  private async load(seq: number): Promise<void> {
    const panel = this.part("panel");
    this.fetching = new AbortController();
    const { signal } = this.fetching;
    panel.setAttribute("aria-busy", "true");
    try {
      const html = await this.source.entry(seq, signal);
      if (signal.aborted) return;
      // What somebody opened in one entry (the steps, the form) stays open in the next.
      const open = [...panel.querySelectorAll("details[open]")].map((one) => one.className);
      panel.innerHTML = html;
      for (const name of open) panel.querySelector(`details[class="${name}"]`)?.setAttribute("open", "");
      panel.dataset["seq"] = String(seq);
    } catch {
      if (signal.aborted) return;
      panel.textContent = say(this.words, "failed");
    }
    panel.removeAttribute("aria-busy");
  }

  private value(fact: number): Promise<Json> {
    const entry = this.timeline.entryOf(fact);
    return this.source.value(this.timeline.data.entries[entry]![0], fact - this.timeline.span(entry)[0]);
  }

  private connect(): void {
    const acts: Record<string, () => void> = {
      play: () => this.toggle(),
      back: () => this.jump(this.index - 1),
      forward: () => this.jump(this.index + 1),
      fit: () => this.picture.fit(),
      in: () => this.picture.zoom(1.25),
      out: () => this.picture.zoom(0.8),
    };
    this.host.querySelectorAll<HTMLElement>("[data-do]").forEach((button) => button.addEventListener("click", () => acts[button.dataset["do"]!]!()));
    let frame = 0;
    this.slider.addEventListener("input", () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => this.jump(Number(this.slider.value) - 1));
    });
    this.picture.onClick((element) => void this.find(element));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  /** The next entry about an element of the diagram. */
  private async find(element: string): Promise<void> {
    await this.timeline.reached(this.timeline.length - 1);
    const found = this.timeline.next(element, this.index);
    if (found >= 0) this.jump(found);
    else this.part("live").textContent = say(this.words, "no-token", { element: this.timeline.data.names[element] ?? element });
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || typing(target)) return;
    const act = this.keys[event.key];
    // A button, a link or a summary under the focus keeps its own space; the slider moves by itself.
    if (!act || (event.key === " " && target.closest("button, a, summary")) || (target === this.slider && event.key !== " " && !"+-".includes(event.key))) return;
    event.preventDefault();
    act();
  }

  private readonly keys: Record<string, () => void> = {
    " ": () => this.toggle(),
    ArrowLeft: () => this.jump(this.index - 1),
    ArrowRight: () => this.jump(this.index + 1),
    Home: () => this.jump(0),
    End: () => this.jump(this.timeline.length - 1),
    "+": () => this.faster(1),
    "=": () => this.faster(1),
    "-": () => this.faster(-1),
  };

  private faster(step: number): void {
    this.speed.selectedIndex = Math.min(Math.max(this.speed.selectedIndex + step, 0), this.speed.options.length - 1);
  }

  private part(name: string): HTMLElement {
    return this.host.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
  }
}

function typing(target: HTMLElement): boolean {
  return target.closest("textarea, select, input:not([type=range]), [contenteditable]") !== null;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
