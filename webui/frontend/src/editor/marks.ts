// What the gate says, painted at the elements: a badge with the number, red where it is an error; a click selects.
import type Modeler from "bpmn-js/lib/Modeler";
import type Canvas from "diagram-js/lib/core/Canvas";
import type ElementRegistry from "diagram-js/lib/core/ElementRegistry";
import type Overlays from "diagram-js/lib/features/overlays/Overlays";
import { make, w, type Finding } from "./data";

let marked: string[] = [];
const ORDER = ["error", "warning", "advice"] as const;

export function showMarks(modeler: Modeler, findings: Finding[], select: (id: string) => boolean): void {
  const overlays = modeler.get<Overlays>("overlays");
  const registry = modeler.get<ElementRegistry>("elementRegistry");
  const canvas = modeler.get<Canvas>("canvas");
  overlays.remove({ type: "findings" });
  for (const id of marked) if (registry.get(id)) canvas.removeMarker(id, "bh-has-error");
  marked = [];
  const roots = new Set(canvas.getRootElements().map((root) => root.id));
  for (const [id, listed] of byElement(findings)) {
    if (!registry.get(id) || roots.has(id)) continue;
    const worst = ORDER.find((severity) => listed.some((one) => one.severity === severity))!;
    const badge = make("button", { type: "button", class: `bh-badge ${worst}`, title: listed.map((one) => one.text).join("\n") }, String(listed.length));
    badge.setAttribute("aria-label", `${listed.length} ${w(`severity.${worst}`)}: ${listed.map((one) => one.text).join("; ")}`);
    badge.addEventListener("click", () => select(id));
    overlays.add(id, "findings", { position: { top: -12, right: 12 }, html: badge, show: { minZoom: 0.2 } });
    if (worst === "error") {
      canvas.addMarker(id, "bh-has-error");
      marked.push(id);
    }
  }
}

function byElement(findings: Finding[]): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const one of findings) if (one.element) found.set(one.element, [...(found.get(one.element) ?? []), one]);
  return found;
}
