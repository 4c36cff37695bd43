// The states that a file went through in this tab: they outlive the page, so what was done before another file was opened can be taken back.
import { data } from "./data";

/** So many states of a file are kept, and so many characters of them together. */
const MOST = 50;
const ROOM = 500_000;
const KEYS = "bihuan-past:";
/** Where an editor's own steps begin: none was done. */
const OPENED = -1;

type Kept = { texts: string[]; at: number };

/** Gives the tab's memory back to what is needed more. */
export function forgetPasts(): void {
  Object.keys(sessionStorage).filter((key) => key.startsWith(KEYS)).forEach((key) => sessionStorage.removeItem(key));
}

export class Past {
  private readonly key: string;
  private texts: string[];
  /** The state that stands in the editor. */
  private at: number;
  /** The state at which the editor's own steps begin; from there on each state has the number of the step after which it stood. */
  private base: number;
  private after: number[] = [OPENED];
  /** The editor's last step of which we heard. */
  private last = OPENED;

  constructor(file: string, text: string) {
    this.key = `${KEYS}${data.definition}:${file}`;
    const kept = this.read();
    // What another page, another person or the server made of the file has no past here.
    const known = kept?.texts[kept.at] === text;
    this.texts = known ? kept.texts : [text];
    this.at = this.base = known ? kept.at : 0;
  }

  /** The editor stands behind its own step number *step*; one that is new replaces what had been taken back. */
  heard(step: number, fresh: boolean): void {
    if (fresh) {
      this.after = this.after.filter((one) => one <= this.last);
      this.texts.length = this.base + this.after.length;
      this.at = Math.min(this.at, this.texts.length - 1);
    }
    this.last = step;
  }

  /** Whether the state in which the editor was last is one that was written. */
  get written(): boolean {
    return this.known(this.last) !== undefined;
  }

  /** The state after the editor's step, where it was written already. */
  known(step: number): string | undefined {
    const place = this.after.indexOf(step);
    return place < 0 ? undefined : this.texts[this.base + place];
  }

  note(step: number, text: string): void {
    const place = this.after.indexOf(step);
    if (place >= 0 && this.known(step) === text) this.at = this.base + place;
    else if (place >= 0) this.follow(place, text);
    else {
      const before = this.after.filter((one) => one < step).length;
      this.after.splice(before, 0, step);
      this.texts.splice(this.base + before, 0, text);
      this.at = this.base + before;
    }
    this.write();
  }

  /** An editor without steps of its own has changed the text, or one whose steps began anew. */
  private follow(place: number, text: string): void {
    this.texts.length = this.base + place + 1;
    this.texts.push(text);
    this.begin(this.texts.length - 1);
  }

  /** The editor has forgotten its own steps. */
  anew(): void {
    this.begin(this.at);
  }

  private begin(at: number): void {
    this.at = this.base = at;
    this.after = [OPENED];
    this.last = OPENED;
  }

  get canBack(): boolean {
    return this.base > 0;
  }

  get canForward(): boolean {
    return this.after.length === 1 && this.base + 1 < this.texts.length;
  }

  /** The state before the one with which the editor began, or after it: the editor is to begin with it. */
  move(by: 1 | -1): string {
    this.begin(this.base + by);
    this.write();
    return this.texts[this.at]!;
  }

  private read(): Kept | null {
    try {
      return JSON.parse(sessionStorage.getItem(this.key) ?? "null") as Kept | null;
    } catch {
      return null; // not written by us
    }
  }

  private write(): void {
    while (this.at > 0 && (this.texts.length > MOST || this.texts.reduce((sum, text) => sum + text.length, 0) > ROOM)) this.forgetFirst();
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ texts: this.texts, at: this.at }));
    } catch {
      // The tab's memory is full, and is for what is not saved: the past lives as long as the page.
      forgetPasts();
    }
  }

  private forgetFirst(): void {
    this.texts.shift();
    this.at -= 1;
    if (this.base > 0) this.base -= 1;
    else this.after.shift();
  }
}
