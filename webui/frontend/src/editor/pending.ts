// What is not saved yet, of all files, kept in this tab: a reload, a lost connection or a conflict loses nothing.
import { data } from "./data";

export type Changes = Record<string, string | null>;
type State = { revision: number; changes: Changes };

const KEY = `bihuan-draft:${data.definition}`;
const listeners: (() => void)[] = [];
let state: State = read();

function read(): State {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as State | null;
    // Without changes there is nothing to keep: the page begins from what it was given.
    if (found && Object.keys(found.changes).length > 0) return found;
  } catch {
    // What cannot be read was not written by us.
  }
  return { revision: data.revision, changes: {} };
}

function write(): void {
  try {
    if (Object.keys(state.changes).length > 0) sessionStorage.setItem(KEY, JSON.stringify(state));
    else sessionStorage.removeItem(KEY);
  } catch {
    // The tab's memory is full: the changes live in the page, and leaving it asks first.
    overflowing = true;
  }
  listeners.forEach((tell) => tell());
}

let overflowing = false;
let closed = false;
window.addEventListener("beforeunload", (event) => {
  if (overflowing && pending.any()) event.preventDefault();
});

export const pending = {
  get revision(): number {
    return state.revision;
  },
  get changes(): Changes {
    return state.changes;
  },
  state: (): State => ({ revision: state.revision, changes: { ...state.changes } }),
  any: (): boolean => Object.keys(state.changes).length > 0,
  set(name: string, text: string | null): void {
    if (closed) return;
    state.changes[name] = text;
    write();
  },
  drop(name: string): void {
    if (closed) return;
    delete state.changes[name];
    write();
  },
  /** After a save, or when everything is given up. */
  clear(revision: number): void {
    state = { revision, changes: {} };
    write();
  },
  /** Goes on from a newer revision with these changes. */
  rebase(revision: number, changes: Changes): void {
    state = { revision, changes };
    write();
  },
  /** Nothing more is taken from this page: its file has another name now, or none. */
  close(): void {
    closed = true;
  },
  onChange(tell: () => void): void {
    listeners.push(tell);
  },
};

let collect: () => Promise<void> = async () => {};

/** How the page brings what stands in its editor into the changes. */
export function whenAsked(work: () => Promise<void>): void {
  collect = work;
}

/** Brings what stands in the editor into the changes: before a save, and before the page is left. */
export function flush(): Promise<void> {
  return collect();
}

/** Goes to another page of the editor with everything that was typed. */
export async function go(address: string): Promise<void> {
  await flush();
  location.href = address;
}

/** The text of a file as the owner has it, or null where there is none. */
export async function textOf(name: string): Promise<string | null> {
  const changed = pending.changes[name];
  return changed !== undefined ? changed : savedText(name, pending.revision);
}

export async function savedText(name: string, revision: number): Promise<string | null> {
  // A file that was begun here and never saved is not asked for.
  if (revision === data.revision && !data.files.some((file) => file.name === name)) return null;
  const reply = await fetch(`${data.base}/files/${name.split("/").map(encodeURIComponent).join("/")}?revision=${revision}`);
  return reply.ok ? reply.text() : null;
}
