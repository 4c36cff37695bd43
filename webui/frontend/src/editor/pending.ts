// What is not saved yet, of all files, kept in this tab: a reload, a lost connection or a conflict loses nothing.
import { data } from "./data";
import { forgetPasts } from "./past";

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
  if (!kept()) {
    forgetPasts();
    // The tab's memory is full: the changes live in the page, and leaving it asks first.
    overflowing = !kept();
  }
  listeners.forEach((tell) => tell());
}

function kept(): boolean {
  try {
    if (Object.keys(state.changes).length > 0) sessionStorage.setItem(KEY, JSON.stringify(state));
    else sessionStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
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
  const address = `${data.base}/files/${name.split("/").map(encodeURIComponent).join("/")}?revision=${revision}`;
  const known = asked.get(address);
  if (known !== undefined) return known;
  const reply = await fetch(address);
  if (!reply.ok) return null;
  const text = await reply.text();
  asked.set(address, text);
  return text;
}

/** A revision never changes: its files are asked for once. */
const asked = new Map<string, string>();

export type Same = (one: string, other: string) => boolean;

/** What stands in an editor is a change of its file, unless it says what is saved. */
export async function put(name: string, text: string, same: Same = (one, other) => one === other): Promise<void> {
  const saved = await savedText(name, pending.revision);
  const kept = saved !== null && same(saved, text) ? undefined : text;
  if (pending.changes[name] === kept) return;
  if (kept === undefined) pending.drop(name);
  else pending.set(name, kept);
}
