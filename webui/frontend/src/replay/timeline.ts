// The state of a case after any fact: a keyframe every so many facts, and the facts since. It draws nothing.

/** An encoded value as the journal holds it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A fact is a list that begins with its tag, as in engine/bpmn/facts.py. */
export type Fact = [string, ...any[]];

/** One entry: number, time, person, on whose behalf, headline, whether it was performed. */
export type Entry = [seq: number, at: string, who: number, behalf: number, headline: string, performed: 0 | 1];

/** What holds for all entries of a case. */
export type Head = {
  /** How many entries there are. */
  total: number;
  people: string[];
  names: Record<string, string>;
  process: string;
  /** Variables of the process that the package gives to every case. */
  given: string[];
  /** What multi-instances count by: nobody looks for it first. */
  counters?: string[];
  labels: Record<string, string>;
  called: Record<string, [title: string, url: string]>;
  zone: string;
};

/** Entries that come together, and the facts of each. */
export type Part = { entries: Entry[]; facts: Fact[][] };

/** What the page needs of a case before somebody looks closer: all of it, or as much as has come so far. */
export type Case = Head & Part;

/** A variable: its value and the fact that wrote it. */
export type Variable = { value: Json; fact: number };
export type Scope = { kind: string; element: string; parent: number | null; owner: number | null; variables: Record<string, Variable> };

/** Where a case stands; the maps are a state's own, what is in them is shared and never changed. */
export class State {
  tokens = new Map<number, string>();
  scopes = new Map<number, Scope>();
  waits = new Map<number, string>();
  incidents = new Map<number, string>();
  done = new Map<string, number>();
  cancelled = new Set<string>();
  flows = new Map<string, number>();
  status = "new";

  copy(): State {
    const other = new State();
    other.tokens = new Map(this.tokens);
    other.scopes = new Map(this.scopes);
    other.waits = new Map(this.waits);
    other.incidents = new Map(this.incidents);
    other.done = new Map(this.done);
    other.cancelled = new Set(this.cancelled);
    other.flows = new Map(this.flows);
    other.status = this.status;
    return other;
  }

  apply(fact: Fact, number: number): void {
    APPLY[fact[0]]?.(this, fact, number);
  }

  /** Element → how many tokens stand there; one that holds several instances is not counted beside them. */
  standing(): Map<string, number> {
    const holders = new Set<number | null>();
    for (const scope of this.scopes.values()) if (scope.kind === "instances") holders.add(scope.owner);
    const found = new Map<string, number>();
    for (const [token, element] of this.tokens) if (!holders.has(token)) found.set(element, (found.get(element) ?? 0) + 1);
    return found;
  }
}

const APPLY: Record<string, (state: State, fact: Fact, number: number) => void> = {
  scope(state, [, scope, kind, element, parent, owner]) {
    state.scopes.set(scope, { kind, element, parent: parent ?? null, owner: owner ?? null, variables: {} });
    if (parent == null) state.status = "active";
  },
  unscope: (state, [, scope]) => void state.scopes.delete(scope),
  var(state, [, scope, name, value], number) {
    const found = state.scopes.get(scope);
    if (found) state.scopes.set(scope, { ...found, variables: { ...found.variables, [name]: { value, fact: number } } });
  },
  enter(state, [, token, element]) {
    state.tokens.set(token, element);
    state.cancelled.delete(element);
  },
  leave(state, [, token, element]) {
    state.tokens.delete(token);
    state.incidents.delete(token);
    state.done.set(element, (state.done.get(element) ?? 0) + 1);
  },
  cancel(state, [, token, element]) {
    state.tokens.delete(token);
    state.incidents.delete(token);
    state.cancelled.add(element);
  },
  flow: (state, [, flow]) => void state.flows.set(flow, (state.flows.get(flow) ?? 0) + 1),
  open: (state, [, wait, , element]) => void state.waits.set(wait, element),
  close: (state, [, wait]) => void state.waits.delete(wait),
  incident: (state, [, token, element]) => void state.incidents.set(token, element),
  resolved: (state, [, token]) => void state.incidents.delete(token),
  ended: (state, [, status]) => void (state.status = status),
};

/** Facts between two keyframes. */
const STEP = 200;

export class Timeline {
  readonly data: Case;
  readonly facts: Fact[] = [];
  /** Number of the first fact of each entry. */
  private firsts: number[] = [];
  private keyframes: State[] = [new State()];
  /** The state after the facts that have come. */
  private readonly last = new State();
  private waiting: [index: number, come: () => void][] = [];

  constructor(head: Head) {
    this.data = { ...head, entries: [], facts: [] };
  }

  /** The next entries. */
  append({ entries, facts }: Part): void {
    for (const entry of entries) this.data.entries.push(entry);
    for (const some of facts) {
      this.data.facts.push(some);
      this.firsts.push(this.facts.length);
      for (const fact of some) this.add(fact);
    }
    const come = this.waiting.filter(([index]) => index < this.come);
    this.waiting = this.waiting.filter(([index]) => index >= this.come);
    for (const [, act] of come) act();
  }

  private add(fact: Fact): void {
    if (this.facts.length && this.facts.length % STEP === 0) this.keyframes.push(this.last.copy());
    this.last.apply(fact, this.facts.length);
    this.facts.push(fact);
  }

  /** How many entries the case has; not all of them need to have come. */
  get length(): number {
    return this.data.total;
  }

  /** How many entries have come. */
  get come(): number {
    return this.data.entries.length;
  }

  /** Waits until entry *index* has come. */
  reached(index: number): Promise<void> {
    if (index < this.come) return Promise.resolve();
    return new Promise((come) => this.waiting.push([index, come]));
  }

  /** The numbers of the facts of entry *index*: from the first to the one behind the last. */
  span(index: number): [number, number] {
    const first = this.firsts[index]!;
    return [first, first + this.data.facts[index]!.length];
  }

  /** The state after the first *count* facts. */
  after(count: number): State {
    const key = Math.min(Math.floor(count / STEP), this.keyframes.length - 1);
    const state = this.keyframes[key]!.copy();
    for (let number = key * STEP; number < count; number++) state.apply(this.facts[number]!, number);
    return state;
  }

  /** The entry (from 0) to which a fact belongs. */
  entryOf(fact: number): number {
    let low = 0;
    let high = this.come - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.firsts[middle]! <= fact) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Call activity → the titles and addresses of the cases that it called. */
  calls(): Map<string, [title: string, url: string][]> {
    const found = new Map<string, [string, string][]>();
    for (const fact of this.facts) {
      const called = fact[0] === "open" && fact[2] === "child" ? this.data.called[fact[1]] : undefined;
      if (called) found.set(fact[3], [...(found.get(fact[3]) ?? []), called]);
    }
    return found;
  }

  /** The next entry after *index*, from the beginning again at the end, that has a fact about *element*; -1 if none. */
  next(element: string, index: number): number {
    for (let step = 1; step <= this.length; step++) {
      const entry = (index + step) % this.length;
      const [first, last] = this.span(entry);
      for (let number = first; number < last; number++) if (elementOf(this.facts[number]!) === element) return entry;
    }
    return -1;
  }
}

/** Place of the element's (or flow's) id in a fact. */
const PLACE: Record<string, number> = { enter: 2, leave: 2, cancel: 2, flow: 1, open: 3, close: 3, decided: 1, caught: 2, incident: 2 };

/** The element or sequence flow that a fact is about. */
export function elementOf(fact: Fact): string | undefined {
  const place = PLACE[fact[0]];
  return place === undefined ? undefined : fact[place];
}
