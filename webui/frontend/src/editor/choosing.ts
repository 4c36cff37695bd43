// Leads to where a finding is mended: in this page, or in the page of its file.
import { addressOf, data, type Finding } from "./data";
import { go, pending } from "./pending";

/** The finding whose file is on its way: the page of that file shows where it is mended. */
const CHOSEN = `bihuan-chosen:${data.definition}`;
let showElement: ((one: Finding) => void) | null = null;

/** How the page shows where a finding about its own file is mended. */
export function whenChosen(show: (one: Finding) => void): void {
  showElement = show;
  const arrived = JSON.parse(sessionStorage.getItem(CHOSEN) ?? "null") as Finding | null;
  sessionStorage.removeItem(CHOSEN);
  if (arrived?.file === data.file) show(arrived);
}

export function choose(one: Finding): void {
  if (one.file === data.file || one.file === "") showElement?.(one);
  else if (data.files.some((file) => file.name === one.file) || pending.changes[one.file] !== undefined) {
    sessionStorage.setItem(CHOSEN, JSON.stringify(one));
    void go(`${addressOf(one.file)}#${encodeURIComponent(one.at || one.element)}`);
  }
}
