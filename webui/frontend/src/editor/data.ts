// What the server gave to the page: which draft, which file, the words; and how the page asks it something.

export type FileInfo = { name: string; kind: string; text: boolean };
export type Data = {
  definition: string;
  revision: number;
  file: string;
  kind: string;
  files: FileInfo[];
  base: string;
  words: Record<string, string>;
  saved: string;
  /** Kinds of fields that a form may have. */
  vocabulary?: string[];
};
export type Finding = { rule: string; severity: "error" | "warning" | "advice"; file: string; element: string; place: string; line: number; text: string; advice: string; /** The file as its owner knows it. */ title: string; /** The text that a finding is about. */ subject: string; /** The element at which it is mended. */ at: string };
export type Variable = { name: string; origin: string; label: string; /** The values that it may have, if only these. */ options: { value: unknown; label: string }[] };
/** What a name is, in words, with the values that it may have. */
export const about = (one: Variable): string => [one.label, one.options.map(({ value, label }) => `${JSON.stringify(value)} (${label})`).join(", ")].filter(Boolean).join(": ");
export type Sight = {
  findings: Finding[];
  outline: string;
  names: { everywhere: Variable[]; at: Record<string, Variable[]> };
  roles: Record<string, string>;
  forms: string[];
  decisions: string[];
  letters: string[];
  /** File → the name of the step that uses it. */
  users: Record<string, string>;
  services: string[];
  processes: Record<string, string>;
  /** Id of an element → what it is called. */
  called: Record<string, string>;
};

export const data: Data = JSON.parse(document.getElementById("editor-data")!.textContent!) as Data;
const csrf = (document.getElementById("editor-csrf") as HTMLInputElement).value;

/** The sentence for a code below ``editor.``, with its places filled. */
export function w(code: string, values: Record<string, string | number> = {}): string {
  return (data.words[`editor.${code}`] ?? code).replace(/{(\w+)}/g, (_, name: string) => String(values[name] ?? ""));
}

export function part<T extends HTMLElement = HTMLElement>(name: string): T | null {
  return document.querySelector<T>(`[data-part="${name}"]`);
}

/** Posts JSON to one of the draft's addresses. */
export function post(path: string, body: unknown, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`${data.base}/${path}`, {
    method: "POST",
    signal,
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
  });
}

export function addressOf(name: string): string {
  return name === "process.bpmn" ? data.base : `${data.base}/edit/${name.split("/").map(encodeURIComponent).join("/")}`;
}

/** An element with text and attributes; nothing is ever written as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string> = {}, ...inside: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

/** Runs *work* when nothing has called for it again for *pause* ms. */
export function later(pause: number, work: () => void): () => void {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(work, pause);
  };
}
