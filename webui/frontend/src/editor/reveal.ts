// The place in a panel of properties where a finding is mended: unfolded, fully in sight, with the cursor in it.

/** Rule → the entry of the panel. */
const ENTRIES: Record<string, string> = {
  "task-unassigned": "bihuan-assignment-role",
  "role-unknown": "bihuan-assignment-role",
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
const SCROLLED = ".bio-properties-panel-scroll-container";
const GROUP = ".bio-properties-panel-group";

/** Shows where a finding of *rule* about the chosen element is mended, if the panel has that place. */
export function reveal(panel: HTMLElement, rule: string): void {
  const entry = panel.querySelector<HTMLElement>(`[data-entry-id="${ENTRIES[rule]}"]`);
  const header = entry?.closest(GROUP)?.querySelector<HTMLElement>(HEADER);
  if (!entry || !header) return;
  if (!header.classList.contains("open")) header.click();
  drawn(() => {
    entry.scrollIntoView({ block: "center" });
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

/** Scrolls the panel only: when the page jumps, what is aimed at is no more where it was. */
export function bringIntoSight(part: Element): void {
  const panel = part.closest(SCROLLED);
  if (!panel) return; // another element was chosen meanwhile
  const [seen, box] = [panel.getBoundingClientRect(), part.getBoundingClientRect()];
  const below = box.bottom - Math.min(seen.bottom, window.innerHeight);
  if (below > 0) panel.scrollTop += Math.min(below, box.top - seen.top);
}

/** Runs *work* when the panel has drawn what a click changed. */
export function drawn(work: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(work));
}
