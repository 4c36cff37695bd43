// The list of entries: only the rows that can be seen stand in the page, however long the record is.
import type { Case } from "./timeline";
import { say, type Words } from "./words";

const ROW = 44;

export class Log {
  private readonly box = document.createElement("div");
  private readonly all = document.createElement("ol");
  private current = -1;

  constructor(host: HTMLElement, private readonly data: Case, private readonly words: Words, private readonly choose: (index: number) => void) {
    this.box.className = "bh-log bh-window";
    this.all.style.height = `${data.total * ROW}px`;
    this.box.append(this.all);
    host.replaceChildren(this.box);
    this.box.addEventListener("scroll", () => this.fill());
  }

  /** Marks the entry and brings it into sight. */
  show(index: number): void {
    this.current = index;
    const top = index * ROW;
    if (top < this.box.scrollTop || top + ROW > this.box.scrollTop + this.box.clientHeight)
      this.box.scrollTop = Math.max(0, top - this.box.clientHeight / 2 + ROW / 2);
    this.fill();
  }

  /** Makes the rows that can be seen, as far as their entries have come. */
  fill(): void {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - 3);
    const last = Math.min(this.data.entries.length, first + Math.ceil((this.box.clientHeight || 420) / ROW) + 7);
    // What has the focus keeps it: rows are made anew around it.
    const focused = this.box.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["index"] : undefined;
    const rows: HTMLElement[] = [];
    for (let index = first; index < last; index++) rows.push(this.row(index));
    this.all.replaceChildren(...rows);
    if (focused !== undefined) this.all.querySelector<HTMLElement>(`[data-index="${focused}"]`)?.focus({ preventScroll: true });
  }

  private row(index: number): HTMLElement {
    const [seq, at, who, , headline, performed] = this.data.entries[index]!;
    const item = document.createElement("li");
    item.style.top = `${index * ROW}px`;
    item.ariaSetSize = String(this.data.total);
    item.ariaPosInSet = String(index + 1);
    const button = document.createElement("button");
    button.type = "button";
    button.dataset["index"] = String(index);
    if (index === this.current) button.setAttribute("aria-current", "true");
    if (!performed) button.className = "refused";
    button.append(part("n", String(seq)), part("w", headline), part("s", `${fullTime(at, this.data.zone)} · ${this.data.people[who]}`));
    button.title = say(this.words, "row", { seq });
    button.addEventListener("click", () => this.choose(index));
    item.append(button);
    return item;
  }
}

function part(name: string, text: string): HTMLElement {
  const found = document.createElement("span");
  found.className = name;
  found.textContent = text;
  return found;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** ``2026-11-18 16:20:05`` in the offices' zone. */
export function fullTime(at: string, zone: string): string {
  if (!FORMATS.has(zone))
    FORMATS.set(zone, new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }));
  const parts = Object.fromEntries(FORMATS.get(zone)!.formatToParts(new Date(at)).map((one) => [one.type, one.value]));
  return `${parts["year"]}-${parts["month"]}-${parts["day"]} ${parts["hour"]}:${parts["minute"]}:${parts["second"]}`;
}
