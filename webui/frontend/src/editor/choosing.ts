// Leads to where a finding is mended: in this page, or in the page of its file.
import { addressOf, data, type Finding } from "./data";
import { go, pending } from "./pending";

let showElement: ((one: Finding) => void) | null = null;

/** How the page shows where a finding about its own file is mended. */
export function whenChosen(show: (one: Finding) => void): void {
  showElement = show;
}

export function choose(one: Finding): void {
  if (one.file === data.file || one.file === "") showElement?.(one);
  else if (data.files.some((file) => file.name === one.file) || pending.changes[one.file] !== undefined) {
    void go(`${addressOf(one.file)}#${encodeURIComponent(one.element)}`);
  }
}
