// The place in a panel of properties where a finding is mended: unfolded, fully in sight, with the cursor in it.

/** Rule → the entry of the panel. */
const ENTRIES: Record<string, string> = {
  "task-unassigned": "bihuan-assignment-role",
  "role-unknown": "bihuan-assignment-role",
  "role-off-lane": "bihuan-assignment-role",
  "form-missing": "bihuan-open-form",
  "letter-unknown": "bihuan-letter-template",
  "bpmn-decision-empty": "bihuan-decision-ref",
  "decision-unknown": "bihuan-decision-ref",
  "bpmn-service-empty": "bihuan-service-kind",
  "service-unknown": "bihuan-service-kind",
  "bpmn-call-empty": "bihuan-called",
  "called-unknown": "bihuan-called",
  "bpmn-script-empty": "bihuan-script-text",
  "bpmn-exclusive-unconditional": "bihuan-condition-text",
  "bpmn-default-condition": "bihuan-condition-text",
  "bpmn-expression": "bihuan-condition-text",
  "name-unknown": "bihuan-condition-text",
  "choice-unknown": "bihuan-condition-text",
  "bpmn-exclusive-no-default": "bihuan-default-flow",
  "form-key": "key",
  "form-key-twice": "key",
};
/** Not the library's button beside a label, which says that the field is FEEL. */
const FIELDS = "input, select, textarea, [role=textbox], a, button:not(.bio-properties-panel-feel-icon)";
const HEADER = ".bio-properties-panel-group-header";
const GROUP = ".bio-properties-panel-group";

/** Shows where a finding of *rule* about the chosen element is mended, if the panel has that place. */
export function reveal(panel: HTMLElement, rule: string): void {
  const entry = panel.querySelector<HTMLElement>(`[data-entry-id="${ENTRIES[rule]}"]`);
  const header = entry?.closest(GROUP)?.querySelector<HTMLElement>(HEADER);
  if (!entry || !header) return;
  if (!header.classList.contains("open")) header.click();
  drawn(() => {
    bring(entry, "center");
    entry.querySelector<HTMLElement>(FIELDS)?.focus({ preventScroll: true });
  });
}

/** A group that somebody unfolds is scrolled into sight with what it holds. */
export function showUnfolded(panel: HTMLElement): void {
  panel.addEventListener("click", (event) => {
    const group = (event.target as Element).closest(HEADER)?.closest(GROUP);
    if (group) drawn(() => bringIntoSight(group));
  });
}

/** Shows a part of the panel whole, as far as it fits. */
export function bringIntoSight(part: Element): void {
  bring(part, "nearest");
}

/** Scrolls what holds the panel, and the page only where that is out of sight: nothing else moves under the pointer. */
function bring(part: Element, block: "center" | "nearest"): void {
  if (!part.isConnected) return; // another element was chosen meanwhile
  const holder = scrolling(part);
  const [inside, box] = [part.getBoundingClientRect(), holder.getBoundingClientRect()];
  const [above, below] = [inside.top - box.top, inside.bottom - box.top - holder.clientHeight];
  if (block === "center") holder.scrollTop += (above + below) / 2;
  // What is higher than its holder begins at the top of it.
  else if (above < 0 || below > 0) holder.scrollTop += above < 0 ? above : Math.min(above, below);
  const seen = part.getBoundingClientRect();
  if (seen.top < 0 || seen.bottom > window.innerHeight) part.scrollIntoView({ block: "nearest" });
}

/** What scrolls around a part of the panel. */
function scrolling(part: Element): HTMLElement {
  for (let one = part.parentElement; one; one = one.parentElement) {
    if (one.scrollHeight > one.clientHeight && ["auto", "scroll"].includes(getComputedStyle(one).overflowY)) return one;
  }
  return document.documentElement;
}

/** Runs *work* when the panel has drawn what a click changed. */
export function drawn(work: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(work));
}
